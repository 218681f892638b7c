//! What the stand-in for Pebble knows and does: endpoints as Pebble's API documentation has them,
//! services that only change state, and a real folder for the container's files.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use charm_tracing::testing::{Value, json};

use super::exec::Started;
use super::files;
use super::server::{Answer, Request};

#[derive(Default)]
pub(super) struct Daemon {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    /// Method, path and query of every request.
    pub(super) requests: Vec<String>,
    /// The last body that was not multipart.
    pub(super) last_body: String,
    pub(super) services: BTreeMap<String, (String, String)>,
    pub(super) layers: BTreeMap<String, Value>,
    pub(super) checks: BTreeMap<String, bool>,
    pub(super) notices: Vec<Value>,
    pub(super) identities: BTreeMap<String, Value>,
    pub(super) changes: Vec<Value>,
    pub(super) started: HashMap<String, Started>,
    /// A service that does not come up.
    pub(super) broken: Option<String>,
    /// A path that is never answered.
    pub(super) silent: Option<String>,
    /// Changes stay unfinished.
    pub(super) slow: bool,
}

impl Daemon {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn note(&self, request: &Request) {
        let mut state = self.state();
        let pairs = request
            .query
            .iter()
            .map(|(key, value)| format!(" {key}={value}"));
        let pairs: String = pairs.collect();
        state
            .requests
            .push(format!("{} {}{pairs}", request.method, request.path));
        state.last_body = String::from_utf8_lossy(&request.body).into_owned();
    }

    /// What a request is answered with; `None` is never.
    pub(super) fn answer(&self, request: &Request) -> Option<Answer> {
        let mut state = self.state();
        if state.silent.as_ref() == Some(&request.path) {
            return None;
        }
        let (method, path) = (request.method.as_str(), request.path.as_str());
        let change = path
            .strip_prefix("/v1/changes/")
            .map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        Some(match (method, path) {
            ("GET", "/v1/system-info") => {
                Answer::sync(&json!({ "version": "v1.26.0", "boot-id": "b007", "new": [1] }))
            }
            ("GET", "/v1/services") => state.list_services(request),
            ("POST", "/v1/services") => state.act(&request.json()),
            ("POST", "/v1/signals") => state.signal(&request.json()),
            ("POST", "/v1/layers") => state.layer(&request.json()),
            ("GET", "/v1/plan") => {
                assert_eq!(request.query("format"), Some("yaml"));
                Answer::sync(&json!(json!({ "layers": state.layers }).to_string()))
            }
            ("GET", "/v1/checks") => state.list_checks(request),
            ("POST", "/v1/checks") => state.act_on_checks(&request.json()),
            ("POST", "/v1/notices") => state.notify(&request.json()),
            ("GET", "/v1/notices") => state.list_notices(request),
            ("GET", "/v1/warnings") => Answer::sync(&json!([
                { "message": "disk nearly full", "first-added": "2026-01-01T00:00:00Z",
                  "last-added": "2026-01-02T00:00:00Z" }
            ])),
            ("POST", "/v1/warnings") => Answer::sync(&json!(1)),
            ("GET", "/v1/identities") => Answer::sync(&json!(state.identities)),
            ("POST", "/v1/identities") => state.identify(&request.json()),
            ("GET", "/v1/changes") => Answer::sync(&json!(state.changes)),
            ("GET" | "POST", "/v1/files") => files::answer(request),
            ("POST", "/v1/exec") => state.exec(&request.json()),
            ("GET", _) if change.is_some_and(|(_, rest)| rest == "wait") => {
                drop(state);
                self.wait(change.unwrap().0, request)
            }
            ("GET" | "POST", _) if change.is_some_and(|(_, rest)| rest.is_empty()) => {
                state.change(change.unwrap().0)
            }
            ("GET", _) if path.starts_with("/v1/notices/") => {
                let id = path.trim_start_matches("/v1/notices/");
                let found = state.notices.iter().find(|notice| notice["id"] == id);
                found.map_or_else(|| absent("notice", id), Answer::sync)
            }
            _ => Answer::no(404, "", "invalid API endpoint requested"),
        })
    }

    fn wait(&self, id: &str, request: &Request) -> Answer {
        let limit = request
            .query("timeout")
            .unwrap()
            .strip_suffix("ms")
            .unwrap();
        let limit = Duration::from_millis(limit.parse().unwrap());
        let unfinished = |state: &mut State| {
            state
                .find(id)
                .is_some_and(|change| change["ready"] == false)
        };
        let (state, waited) = self
            .changed
            .wait_timeout_while(self.state(), limit, unfinished)
            .unwrap();
        if waited.timed_out() {
            return Answer::no(504, "", "timed out waiting for change");
        }
        state.change(id)
    }

    /// Ends a command's change.
    pub(super) fn finish(&self, id: &str, exit_code: i64, err: Option<&str>) {
        let mut state = self.state();
        let change = state.changes.iter_mut().find(|change| change["id"] == id);
        let change = change.unwrap();
        change["ready"] = true.into();
        change["status"] = if err.is_some() { "Error" } else { "Done" }.into();
        change["tasks"][0]["data"] = json!({ "exit-code": exit_code });
        if let Some(err) = err {
            change["err"] = err.into();
        }
        self.changed.notify_all();
    }
}

fn absent(what: &str, name: &str) -> Answer {
    Answer::no(
        404,
        "not-found",
        &format!("cannot find {what} with id {name:?}"),
    )
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}

impl State {
    fn find(&self, id: &str) -> Option<&Value> {
        self.changes.iter().find(|change| change["id"] == id)
    }

    fn change(&self, id: &str) -> Answer {
        self.find(id)
            .map_or_else(|| absent("change", id), Answer::sync)
    }

    /// Begins a change; its number.
    fn begin(&mut self, kind: &str, summary: &str, err: Option<&str>, ready: bool) -> String {
        let id = (self.changes.len() + 1).to_string();
        let status = match (ready, err) {
            (false, _) => "Doing",
            (true, None) => "Done",
            (true, Some(_)) => "Error",
        };
        let mut change = json!({
            "id": id, "kind": kind, "summary": summary, "status": status, "ready": ready,
            "spawn-time": "2026-01-01T00:00:00Z",
            "tasks": [{ "id": id, "kind": kind, "summary": summary, "status": status,
                        "log": ["2026-01-01T00:00:00Z INFO password=printed-by-service"] }],
        });
        if let Some(err) = err {
            change["err"] = err.into();
        }
        self.changes.push(change);
        id
    }

    fn list_services(&self, request: &Request) -> Answer {
        let wanted: Vec<&str> = request
            .query("names")
            .map(|names| names.split(',').collect())
            .unwrap_or_default();
        let services = self
            .services
            .iter()
            .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
        let services = services.map(|(name, (startup, current))| {
            json!({ "name": name, "startup": startup, "current": current })
        });
        Answer::sync(&services.collect())
    }

    fn act(&mut self, body: &Value) -> Answer {
        let action = body["action"].as_str().unwrap().to_owned();
        let mut names = texts(&body["services"]);
        if matches!(action.as_str(), "replan" | "autostart") {
            assert_eq!(names, Vec::<String>::new());
            let enabled = self
                .services
                .iter()
                .filter(|(_, (startup, _))| startup == "enabled");
            names = enabled.map(|(name, _)| name.clone()).collect();
        }
        if let Some(unknown) = names.iter().find(|name| !self.services.contains_key(*name)) {
            return Answer::no(400, "", &format!("service {unknown:?} does not exist"));
        }
        let current = if action == "stop" {
            "inactive"
        } else {
            "active"
        };
        let broken = self.broken.clone().filter(|broken| names.contains(broken));
        for name in names.iter().filter(|name| Some(*name) != broken.as_ref()) {
            current.clone_into(&mut self.services.get_mut(name).unwrap().1);
        }
        let err = broken.map(|name| {
            format!("cannot perform the following tasks:\n- Start service {name:?} (exited quickly with code 1)")
        });
        let (summary, ready) = (format!("{action} {}", names.join(" ")), !self.slow);
        let id = self.begin(&action, &summary, err.as_deref(), ready);
        Answer::accepted(&id, &Value::Null)
    }

    fn signal(&self, body: &Value) -> Answer {
        let names = texts(&body["services"]);
        let stopped = names.iter().find(|name| self.services[*name].1 != "active");
        match stopped {
            Some(name) => Answer::no(
                500,
                "",
                &format!("cannot send signal to {name:?}: service is not running"),
            ),
            None => Answer::sync(&json!(true)),
        }
    }

    fn layer(&mut self, body: &Value) -> Answer {
        assert_eq!(
            (&body["action"], &body["format"]),
            (&json!("add"), &json!("yaml"))
        );
        let (label, text) = (
            body["label"].as_str().unwrap(),
            body["layer"].as_str().unwrap(),
        );
        let Ok(layer) = text.parse::<Value>() else {
            return Answer::no(
                400,
                "",
                &format!("cannot parse layer {label:?}: unexpected {text:?}"),
            );
        };
        if self.layers.contains_key(label) && body["combine"] == false {
            return Answer::no(400, "", &format!("layer {label:?} already exists"));
        }
        for (name, service) in layer["services"].as_object().unwrap() {
            let startup = service["startup"].as_str().unwrap_or("disabled").to_owned();
            let current = self
                .services
                .get(name)
                .map_or("inactive", |(_, current)| current)
                .to_owned();
            self.services.insert(name.clone(), (startup, current));
        }
        let checks = layer["checks"].as_object().unwrap().keys();
        self.checks.extend(checks.map(|name| (name.clone(), true)));
        self.layers.insert(label.to_owned(), layer);
        Answer::sync(&json!(true))
    }

    fn list_checks(&self, request: &Request) -> Answer {
        let names = request.queries("names");
        let checks = self
            .checks
            .iter()
            .filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()));
        let checks = checks.map(|(name, runs)| {
            let change = if *runs { json!("7") } else { json!("") };
            json!({ "name": name, "level": "ready", "startup": "enabled", "status": "up",
                    "threshold": 3, "change-id": change })
        });
        Answer::sync(&checks.collect())
    }

    fn act_on_checks(&mut self, body: &Value) -> Answer {
        let run = body["action"] == "start";
        let changed: Vec<_> = texts(&body["checks"])
            .into_iter()
            .filter(|name| self.checks.insert(name.clone(), run) != Some(run))
            .collect();
        // Pebble's own slip: no list where nothing changed.
        let changed = if changed.is_empty() {
            Value::Null
        } else {
            json!(changed)
        };
        Answer::sync(&json!({ "changed": changed }))
    }

    fn notify(&mut self, body: &Value) -> Answer {
        assert_eq!(
            (&body["action"], &body["type"]),
            (&json!("add"), &json!("custom"))
        );
        if !body["key"].as_str().unwrap().contains('/') {
            return Answer::no(
                400,
                "",
                "custom notice key must be in \"example.com/path\" format",
            );
        }
        let id = (self.notices.len() + 1).to_string();
        let time = "2026-01-01T00:00:00Z";
        self.notices.push(json!({
            "id": id, "user-id": null, "type": "custom", "key": body["key"], "first-occurred": time,
            "last-occurred": time, "last-repeated": time, "occurrences": 1, "last-data": body["data"],
        }));
        Answer::sync(&json!({ "id": id }))
    }

    fn list_notices(&self, request: &Request) -> Answer {
        let keys = request.queries("keys");
        let notices = self
            .notices
            .iter()
            .filter(|notice| keys.is_empty() || keys.contains(&notice["key"].as_str().unwrap()));
        Answer::sync(&notices.cloned().collect())
    }

    fn identify(&mut self, body: &Value) -> Answer {
        for (name, identity) in body["identities"].as_object().unwrap() {
            if body["action"] == "replace" {
                self.identities.insert(name.clone(), identity.clone());
            } else if self.identities.remove(name).is_none() {
                return Answer::no(400, "", &format!("identity {name:?} does not exist"));
            }
        }
        Answer::sync(&Value::Null)
    }

    fn exec(&mut self, body: &Value) -> Answer {
        let command = texts(&body["command"]);
        if !std::path::Path::new(&command[0]).exists() {
            return Answer::no(400, "", &format!("cannot find executable {:?}", command[0]));
        }
        let id = self.begin(
            "exec",
            &format!("Execute command {:?}", command[0]),
            None,
            false,
        );
        self.started.insert(id.clone(), Started::of(body));
        Answer::accepted(
            &id,
            &json!({ "task-id": id, "environment": {}, "working-dir": "/" }),
        )
    }
}
