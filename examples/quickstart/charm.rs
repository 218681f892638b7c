//! The charm of the demonstration: a blog on Kubernetes, `metadata-fixtures/blog/charmcraft.yaml`.
//!
//! It does real work of a charm's kind on the files of its unit: renders a theme, reaches a
//! database, writes users. Its `main` would be the one call in `dispatch`.

use std::error::Error as StdError;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

use charm_tracing::{
    Juju, Lifecycle, RelationChange, RelationEvent, Status, juju::WorkloadChange, traced,
};

charm_tracing::include_charm!("blog");

type Result<T = ()> = std::result::Result<T, Box<dyn StdError>>;

/// One dispatch.
pub(crate) fn dispatch() -> ExitCode {
    charm_tracing::run(on_event)
}

fn on_event(event: Event, juju: &Juju) -> Result {
    match event {
        Event::Lifecycle(Lifecycle::Install) => install(juju),
        Event::Lifecycle(Lifecycle::LeaderElected) => lead(juju),
        Event::Lifecycle(Lifecycle::ConfigChanged | Lifecycle::UpgradeCharm) => {
            Site::read(juju)?.configure(juju)
        }
        Event::Lifecycle(Lifecycle::Start) => start(juju),
        Event::BlogPebble(blog) if blog.change == WorkloadChange::PebbleReady => serve(juju),
        Event::DatabaseRelation(database) => match database.change {
            RelationChange::Changed => connect(juju, &database),
            RelationChange::Broken => disconnect(juju),
            _ => Ok(()),
        },
        Event::IngressRelation(ingress) if ingress.change == RelationChange::Joined => {
            publish(juju, &ingress)
        }
        Event::CreateUserAction(action) => create_user(juju, &action.params()?),
        Event::ExportPostsAction(action) => export_posts(juju, &action.params()?),
        Event::RotateSigningKeyAction(action) => rotate_signing_key(juju, &action.params()?),
        _ => Ok(()),
    }
}

traced! {
    /// Unpacks the theme that every page is rendered with.
    fn install(juju: &Juju) -> Result {
        juju.status_set(Status::maintenance("installing the theme"))?;
        for page in ["index", "post", "archive", "about"] {
            traced!("write template", page = page, {
                fs::create_dir_all("templates")?;
                fs::write(Path::new("templates").join(page), "<h1>{title}</h1>\n".repeat(400))
            })?;
        }
        Ok(juju.application_version_set("2.4.1")?)
    }

    /// The leader makes the key that all units sign sessions with.
    fn lead(juju: &Juju) -> Result {
        write_signing_key(32)?;
        Ok(juju.status_set(Status::waiting("for the container"))?)
    }

    fn start(juju: &Juju) -> Result {
        Ok(juju.status_set(Status::waiting("for the database"))?)
    }

    /// The container is there: everything it serves is written anew.
    fn serve(juju: &Juju) -> Result {
        let site = Site::read(juju)?;
        site.configure(juju)?;
        juju.open_port(u16::try_from(site.config.port)?)?;
        let connected = Path::new("database.conf").exists();
        let status = if connected { Status::active() } else { Status::blocked("no database") };
        Ok(juju.status_set(status)?)
    }

    /// The database told where it is: reach it, prepare it, go into service.
    fn connect(juju: &Juju, database: &RelationEvent) -> Result {
        let Some((relation, provider)) = database.id.as_ref().zip(database.remote_app.as_ref()) else {
            return Ok(());
        };
        let data = juju.relation_get_app(relation, provider)?;
        let Some(endpoints) = data.get("endpoints") else {
            return Ok(juju.status_set(Status::waiting("for the database's address"))?);
        };
        juju.status_set(Status::maintenance("connecting to the database"))?;
        reach(endpoints)?;
        migrate(3)?;
        fs::write("database.conf", endpoints)?;
        Ok(juju.status_set(Status::active())?)
    }

    fn disconnect(juju: &Juju) -> Result {
        fs::remove_file("database.conf").or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        Ok(juju.status_set(Status::blocked("no database"))?)
    }

    /// Opens a connection, as the workload will.
    fn reach(endpoints: &str) -> Result {
        let address: SocketAddr = endpoints.parse()?;
        traced!("connect", server.address = address.ip().to_string(), server.port = address.port(), {
            TcpStream::connect_timeout(&address, Duration::from_millis(500))
                .map_err(|error| format!("the database at {address} cannot be reached: {error}"))
        })?;
        Ok(())
    }

    /// Brings the schema up to date, one step after the other.
    fn migrate(steps: usize) -> io::Result<()> {
        fs::create_dir_all("schema")?;
        for step in 1..=steps {
            traced!("migration", step = step, {
                fs::write(format!("schema/{step}.sql"), "alter table posts add column tag text;\n".repeat(2000))
            })?;
        }
        Ok(())
    }

    /// Tells the ingress where the blog answers.
    fn publish(juju: &Juju, ingress: &RelationEvent) -> Result {
        let (Some(relation), true) = (&ingress.id, juju.is_leader()?) else { return Ok(()) };
        let config = Config::read(juju)?;
        let port = config.port.to_string();
        Ok(juju.relation_set_app(relation, &[("name", "blog"), ("port", &port)])?)
    }

    fn create_user(juju: &Juju, user: &CreateUser) -> Result {
        if !user.name.bytes().all(|byte| byte.is_ascii_alphanumeric()) || user.name.is_empty() {
            return Ok(juju.action_fail("a user's name has to be letters and digits")?);
        }
        juju.action_log("creating the user")?;
        fs::create_dir_all("users")?;
        fs::write(Path::new("users").join(&user.name), format!("admin: {}\n", user.admin))?;
        Ok(juju.action_set(&[("user", &user.name)])?)
    }

    fn export_posts(juju: &Juju, export: &ExportPosts) -> Result {
        fs::write(format!("posts.{}", export.format), "[]\n")?;
        Ok(juju.action_set(&[("posts", "0")])?)
    }

    fn rotate_signing_key(juju: &Juju, rotate: &RotateSigningKey) -> Result {
        write_signing_key(usize::try_from(rotate.bytes)?)?;
        Ok(juju.action_set(&[("rotated", "true")])?)
    }

    fn write_signing_key(bytes: usize) -> io::Result<()> {
        let mut key = vec![0; bytes];
        io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut key)?;
        fs::write("signing.key", key)
    }
}

/// The pages of the blog, as the operator configured them.
struct Site {
    config: Config,
}

impl Site {
    traced! {
        fn read(juju: &Juju) -> Result<Self> {
            Ok(Self { config: Config::read(juju)? })
        }

        /// Renders every page with the operator's title.
        fn configure(&self, juju: &Juju) -> Result {
            juju.status_set(Status::maintenance("rendering"))?;
            let pages = self.render(Path::new("templates"))?;
            let comments = if self.config.comments { "with" } else { "without" };
            let status = Status::active_with(format!("{pages} pages {comments} comments"));
            Ok(juju.status_set(status)?)
        }

        fn render(&self, templates: &Path) -> Result<usize> {
            let mut pages = 0;
            let mut templates: Vec<_> = fs::read_dir(templates)?.collect::<io::Result<_>>()?;
            templates.sort_by_key(fs::DirEntry::file_name);
            fs::create_dir_all("public")?;
            for template in templates {
                let page = fs::read_to_string(template.path())?.replace("{title}", &self.config.title);
                fs::write(Path::new("public").join(template.file_name()), page)?;
                pages += 1;
            }
            Ok(pages)
        }
    }
}
