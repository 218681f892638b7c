//! An exercise for each noun, in the words of Juju's manual.

use charm_tracing::{
    Juju, LogLevel, Port, RelationId, SecretId, Status,
    juju::{Rotation, SecretContent, SecretOwner, SecretQuery, SecretSettings},
    log,
};

use super::{Exercise, given, show};

pub(super) fn exercise(name: &str) -> Option<Exercise> {
    Some(match name {
        "relation" => relation,
        "config" => |juju| {
            let title = |juju: &Juju| juju.config_get()?.optional::<String>("title");
            show(title(juju));
            show(title(juju));
        },
        "status" => status,
        "leadership" => leadership,
        "port" => port,
        "network" => network,
        "storage" => storage,
        "secret-read" => secret_read,
        "secret-own" => secret_own,
        "action" => action,
        "state" => state,
        "resource" => resource,
        "goal" => |juju| show(juju.goal_state()),
        "credential" => |juju| {
            show(juju.credential_get());
            let access_key = juju.credential_get().ok().and_then(|cloud| {
                let credential = cloud.credential?;
                credential.attributes.get("access-key").cloned()
            });
            // The value is there for the charm; only Debug hides it.
            println!("{:?}", access_key.map(|key| key.len()));
        },
        "reboot" => |juju| {
            show(juju.juju_reboot());
            show(juju.juju_reboot_now());
        },
        "log" => |juju| show(juju.juju_log(LogLevel::Warning, &given("MESSAGE"))),
        "log-zero" => |juju| show(juju.juju_log(LogLevel::Warning, "a\0b")),
        "log-long" => |juju| {
            show(juju.juju_log(LogLevel::Warning, &given("MESSAGE").repeat(2)));
        },
        "macros" => macros,
        "no-action" => |juju| show(juju.action_fail("disk full")),
        "progress" => progress,
        "unprintable" => unprintable,
        "thread-local" => thread_local_values,
        "printed" => printed,
        "everything" => everything,
        _ => return None,
    })
}

fn relation(juju: &Juju) {
    let database = RelationId::parse("database:1");
    let Some(database) = database else { return };
    show(juju.relation_ids("database"));
    show(juju.relation_list(&database));
    show(juju.relation_list_app(&database));
    show(juju.relation_get(&database, "postgresql/0"));
    show(juju.relation_get(&database, "postgresql/0"));
    show(juju.relation_get_app(&database, "postgresql"));
    show(juju.relation_model_get(&database));
    show(
        juju.relation_get(&database, "toolbox/0")
            .map(|bag| bag.contains_key("user")),
    );
    show(juju.relation_set(&database, &[("user", "ada"), ("password", "hunter2!")]));
    show(
        juju.relation_get(&database, "toolbox/0")
            .map(|bag| bag.contains_key("user")),
    );
    show(juju.relation_set_app(&database, &[("user", "ada")]));
    // More than Linux passes on in one argument goes in as well: it is no argument.
    show(juju.relation_set(&database, &[("large", &"x".repeat(200_000))]));
    if let Some(gone) = RelationId::parse("database:9") {
        let error = juju.relation_list(&gone).err();
        let told = error.map(|error| {
            (
                error.is_relation_not_found(),
                error.is_permission_denied(),
                error,
            )
        });
        println!("{told:?}");
    }
    let error = juju.relation_get_app(&database, "toolbox").err();
    let told = error.map(|error| (error.is_relation_not_found(), error.is_permission_denied()));
    println!("{told:?}");
}

fn status(juju: &Juju) {
    show(juju.status_set(Status::maintenance("-- odd")));
    show(juju.status_set(Status::blocked("no database")));
    show(juju.status_get());
    show(juju.status_set_app(Status::active()));
    show(juju.status_get_app());
}

fn leadership(juju: &Juju) {
    show(juju.is_leader());
    show(juju.leader_set(&[("mode", "fast"), ("empty", "")]));
    show(juju.leader_get());
}

fn port(juju: &Juju) {
    show(juju.open_port(8080));
    show(juju.open_port(Port::udp(9000).to(9010)));
    show(juju.open_port_for(Port::icmp(), &["website", "admin"]));
    show(juju.close_port(8080));
    show(juju.close_port_for(Port::icmp(), &["admin"]));
    show(juju.opened_ports());
    show(juju.open_port(0));
}

fn network(juju: &Juju) {
    let network = juju.network_get("website");
    println!(
        "{:?}",
        network
            .as_ref()
            .ok()
            .map(|network| (network.bind_address(), network.ingress_address()))
    );
    show(network);
    if let Some(database) = RelationId::parse("database:1") {
        show(juju.network_get_for("database", &database));
    }
    show(juju.unit_get_private_address());
    show(juju.unit_get_public_address());
}

fn storage(juju: &Juju) {
    show(juju.storage_list(None));
    show(juju.storage_list("other"));
    show(juju.storage_get("content/0").map(|storage| storage.kind));
    let missing = juju.storage_get("content/9").err();
    println!(
        "{:?}",
        missing.map(|error| (error.is_not_found(), error.exit_code()))
    );
    show(juju.storage_add("content", 2));
}

fn secret_read(juju: &Juju) {
    let Some(id) = SecretId::parse(&given("SECRET")) else {
        return;
    };
    let password = |content: SecretContent| content.get("password").map(str::to_owned);
    show(juju.secret_get(&id).map(password));
    show(juju.secret_get(SecretQuery::id(&id).peek()).map(password));
    show(
        juju.secret_get(SecretQuery::id(&id).labelled("mine").refresh())
            .map(password),
    );
    show(juju.secret_get(SecretQuery::label("mine")));
    show(juju.secret_get(SecretQuery::label("nobody")));
    show(juju.secret_info_get(&id));
}

fn secret_own(juju: &Juju) {
    let content = SecretContent::from([("password", "hunter2!\n"), ("user", "ada")]);
    let settings = SecretSettings::default()
        .label("admin")
        .rotate(Rotation::Monthly);
    let id = match juju.secret_add(&content, &settings.description("of the admin")) {
        Ok(id) => id,
        Err(error) => return println!("! {error}"),
    };
    show(juju.secret_ids().map(|ids| ids == [id.clone()]));
    let large = SecretContent::from([("blob", "x".repeat(200_000))]);
    show(juju.secret_set(&id, Some(&large), &SecretSettings::default()));
    show(juju.secret_set(&id, None, &SecretSettings::default().expire("72h")));
    show(
        juju.secret_info_get(SecretQuery::label("admin"))
            .map(|info| {
                (
                    info.revision,
                    info.label,
                    info.description,
                    info.rotation,
                    info.expiry,
                )
            }),
    );
    if let Some(database) = RelationId::parse("database:1") {
        show(juju.secret_grant(&id, &database, None));
        show(juju.secret_grant(&id, &database, Some("postgresql/0")));
        show(juju.secret_revoke(&id, &database, None));
    }
    show(juju.secret_remove(&id, Some(1)));
    show(juju.secret_remove(&id, Some(7)));
    let short = SecretContent::from([("x", "hunter2!")]);
    show(juju.secret_add(&short, &SecretSettings::default().owner(SecretOwner::Unit)));
}

fn action(juju: &Juju) {
    show(
        juju.action_get()
            .and_then(|fields| fields.required::<i64>("bytes")),
    );
    show(juju.action_log("half way"));
    show(juju.action_set(&[("key.id", "7"), ("done", "yes")]));
    show(juju.action_set(&[("Bad", "hunter2!")]));
    show(juju.action_set(&[("large", &"x".repeat(200_000))]));
    show(juju.action_fail("-no room"));
}

fn state(juju: &Juju) {
    show(juju.state_get());
    show(juju.state_set(&[("phase", "2"), ("large", &"x".repeat(200_000))]));
    show(juju.state_get_key("phase"));
    show(juju.state_get_key("nothing"));
    show(juju.state_delete("large"));
    show(juju.state_get());
}

fn resource(juju: &Juju) {
    show(juju.resource_get("image"));
    show(juju.resource_get("nothing"));
    show(juju.application_version_set("1.2.3"));
}

fn macros(_: &Juju) {
    log::info!("working");
    log::debug!("in detail");
    log::error!("out of disk");
}

/// Every tool once, with a planted secret as each value; what comes of it does not matter here.
fn everything(juju: &Juju) {
    let secret = given("PLANTED");
    let (one, pairs) = (secret.as_str(), [("key", secret.as_str())]);
    for name in [
        "relation",
        "config",
        "status",
        "leadership",
        "port",
        "network",
        "storage",
        "secret-read",
        "secret-own",
        "action",
        "state",
        "resource",
        "goal",
        "credential",
    ] {
        if let Some(exercise) = exercise(name) {
            exercise(juju);
        }
    }
    if let Some(database) = RelationId::parse("database:1") {
        show(juju.relation_set(&database, &pairs));
        show(juju.relation_set_app(&database, &pairs));
    }
    show(juju.leader_set(&pairs));
    show(juju.state_set(&pairs));
    show(juju.action_set(&pairs));
    show(juju.action_set(&[("Bad", one)]));
    show(juju.action_log(one));
    show(juju.application_version_set(one));
    show(juju.status_set(Status::blocked(one)));
    show(juju.status_set_app(Status::blocked(one)));
    show(juju.juju_log(LogLevel::Info, one));
    let content = SecretContent::from([("password", one)]);
    show(juju.secret_add(
        &content,
        &SecretSettings::default().label("planted").description(one),
    ));
    let bad = SecretContent::from([("X", one)]);
    show(juju.secret_add(&bad, &SecretSettings::default()));
    show(juju.secret_get(SecretQuery::label("planted")));
    show(juju.action_fail("done"));
}

/// What `{:?}` and `#[tracing::instrument]` make of a handle that has been answered.
fn printed(juju: &Juju) {
    show(juju.config_get().map(drop));
    println!("{juju:?}");
}

struct Pool;

impl Drop for Pool {
    fn drop(&mut self) {
        closed();
        let _ = Juju::new().is_leader();
    }
}

charm_tracing::traced! {
    fn closed() -> u8 { 0 }
}

/// A thread whose own value is older than its first span, and dropped after its last.
fn thread_local_values(_: &Juju) {
    thread_local! {
        static POOL: std::cell::RefCell<Option<Pool>> = const { std::cell::RefCell::new(None) };
    }
    let worker = std::thread::spawn(|| {
        POOL.replace(Some(Pool));
        closed()
    });
    show(worker.join().map_err(|_| "the thread panicked"));
}

struct Unprintable;

impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Err(std::fmt::Error)
    }
}

charm_tracing::traced! {
    fn fails_unprintably() -> Result<u8, Unprintable> { Err(Unprintable) }
}

fn unprintable(_: &Juju) {
    println!("{}", fails_unprintably().is_err());
}

charm_tracing::traced! {
    #[span(fields(done))]
    fn again(done: u64) { charm_tracing::set_attribute("done", 7); }
}

/// An attribute that is set again and again.
fn progress(_: &Juju) {
    for done in 0..200_i64 {
        charm_tracing::set_attribute("done", done);
    }
    again(1);
}
