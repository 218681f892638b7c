//! A charm with a workload, whose hooks do with Pebble what charms do, on the `minimal` fixture.

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::Duration;

use charm_tracing::pebble::{Client, Exec, FileOptions, Layer, LayerCheck, LayerService};
use charm_tracing::{Juju, Lifecycle};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    let chosen = |name: &str| std::env::var(format!("CHOSEN_{name}")).unwrap_or_default();
    let folder = chosen("FOLDER");
    let pebble = Client::at(chosen("SOCKET")).timeout(Duration::from_secs(2));
    charm_tracing::charm()
        .endpoint(chosen("ENDPOINT"))
        .run(move |event: Event, _: &Juju| match event {
            Event::Lifecycle(Lifecycle::Install) => set_up(&pebble, &folder),
            Event::Lifecycle(Lifecycle::Start) => {
                pebble.start_services(&["web"])?;
                Ok(())
            }
            Event::Lifecycle(Lifecycle::ConfigChanged) => {
                let layer = Layer::from_yaml(
                    "services: { web: { environment: { KEY: planted-in-yaml } } }",
                );
                Ok(pebble.combine_layer("charm", &layer)?)
            }
            Event::Lifecycle(Lifecycle::Stop) => {
                let exec = Exec::new("/bin/sh").args(["-c", "echo planted-in-output; exit 3"]);
                pebble.exec(&exec)?;
                Ok(())
            }
            _ => Ok(()),
        })
}

fn set_up(pebble: &Client, folder: &str) -> Result<(), Box<dyn StdError>> {
    pebble.can_connect()?;
    let file = format!("{folder}/site.conf");
    let options = FileOptions::default()
        .permissions(0o600)
        .user("planted-user");
    pebble.push(&file, "planted-in-file".as_bytes(), &options)?;
    pebble.pull(&file)?;
    pebble.list_files(folder, Some("*.conf"))?;
    pebble.make_dir(&format!("{folder}/data"), &FileOptions::default())?;
    pebble.remove_path(&file, false)?;
    let web = LayerService::new("/bin/web --key planted-in-command")
        .startup_enabled()
        .environment("KEY", "planted-in-environment");
    let check = LayerCheck::http("http://planted-in-check/").level("ready");
    pebble.combine_layer(
        "charm",
        &Layer::new().service("web", web).check("up", check),
    )?;
    pebble.replan_services()?;
    pebble.services(&["web"])?;
    pebble.send_signal("SIGHUP", &["web"])?;
    pebble.checks(Some("ready"), &["up"])?;
    pebble.notify("example.com/done", &[("key", "planted-in-notice")], None)?;
    let exec = Exec::new("/bin/sh")
        .args(["-c", "cat; echo $KEY", "planted-argument"])
        .environment("KEY", "planted-in-exec")
        .stdin("planted-in-input");
    pebble.exec(&exec)?;
    pebble.plan()?;
    Ok(())
}
