//! The command-line program.

#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Lines},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use planhat_sandbox::Sandbox;
use serde_json::{Value, json};

/// A running program. Dropping it ends the program.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    greeting: Vec<String>,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_planhat-sandbox"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Returns the path of a temporary file.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()))
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = Vec::new();
        while !greeting.last().is_some_and(|line: &String| line.contains("curl")) {
            greeting.push(lines.next().unwrap().unwrap());
        }
        Self { child, lines, greeting }
    }

    /// Returns the value in a row of the greeting.
    fn said(&self, name: &str) -> &str {
        let row = self.greeting.iter().find_map(|line| line.trim().strip_prefix(name)).unwrap();
        row.trim()
    }

    fn url(&self) -> &str {
        self.said("API ")
    }

    /// Sends a signal, and returns the exit code and the remaining output.
    fn end(mut self, signal: &str) -> (Option<i32>, Vec<String>) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let said = self.lines.by_ref().map(Result::unwrap).collect();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn invalid_arguments_are_errors() {
    for arguments in [&["--port", "x"][..], &["--quick"], &["--faults", "503=x"], &["--latency", "2"], &["8080"]] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error: ") && stderr.ends_with("try '--help'.\n"), "{stderr}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_and_version_are_shown() {
    assert!(String::from_utf8(output(&["-h"]).stdout).unwrap().contains("--demo[=<SEED>]"));
    let version = format!("planhat-sandbox {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output(&["--version"]).stdout).unwrap(), version);
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let taken = Sandbox::start().await.unwrap();
    let port = taken.api_url().rsplit(':').next().unwrap().to_owned();
    let output = output(&["--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")), "{stderr}");
}

#[test]
fn files_that_cannot_be_imported_are_errors() {
    let broken = file("broken.json");
    fs::write(&broken, r#"{"Compny": []}"#).unwrap();
    for (path, expected) in [(broken.to_str().unwrap(), "unknown model `Compny`"), ("/nowhere/x.json", "No such file")]
    {
        let output = output(&["--import", path]);
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("error: cannot import {path}: ")) && said.contains(expected), "{said}");
    }
    fs::remove_file(broken).unwrap();
}

#[tokio::test]
async fn the_greeting_has_working_urls() {
    let arguments = ["--demo", "--api-token", "secret", "--quota", "200", "--faults", "any#9=503", "-q"];
    let program = Program::start(&arguments);
    assert!(program.said("Records").ends_with(" collections"), "{:?}", program.greeting);
    assert_eq!((program.said("Quota"), program.said("Faults")), ("200 requests per minute", "any#9=503"));
    let words: Vec<_> = program.said("curl").split('\'').collect();
    let [_, header, _, url, _] = words[..] else { panic!("{words:?}") };
    let (name, value) = header.split_once(": ").unwrap();
    let response = reqwest::Client::new().get(url).header(name, value).send().await.unwrap();
    assert_eq!(response.json::<Vec<Value>>().await.unwrap().len(), 2);

    let page = reqwest::Client::new().get(program.said("Page")).header("accept", "text/html").send().await.unwrap();
    assert!(page.text().await.unwrap().starts_with("<!doctype html>"));
    assert_eq!(program.end("-TERM"), (Some(0), Vec::new()));
}

#[tokio::test]
async fn requests_are_printed_as_they_come() {
    for (option, said) in [(None, "404 GET    /nothing?a=1"), (Some("-v"), " 404 GET    /nothing?a=1  ")] {
        let mut program = Program::start(option.as_slice());
        reqwest::get(format!("{}/nothing?a=1", program.url())).await.unwrap();
        let line = program.lines.next().unwrap().unwrap();
        assert!(line.contains(said), "{line}");
        assert_eq!(line.ends_with(" B out"), option.is_some(), "{line}");
    }
}

#[tokio::test]
async fn without_admin_there_is_no_page() {
    let program = Program::start(&["--no-admin"]);
    assert!(!program.greeting.iter().any(|line| line.contains("Page")));
    assert_eq!(reqwest::get(format!("{}/_sandbox", program.url())).await.unwrap().status(), 404);
}

#[tokio::test]
async fn records_come_from_a_file_and_go_into_one() {
    for signal in ["-TERM", "-INT"] {
        let (before, after) = (file(&format!("before{signal}.json")), file(&format!("after{signal}.json")));
        fs::write(&before, r#"{"Company": [{"_id": "a", "name": "Acme"}]}"#).unwrap();
        let paths = [&before, &after].map(|path| path.to_str().unwrap());
        // The delayed response still arrives.
        let mut program = Program::start(&["--import", paths[0], "--export", paths[1], "--latency", "300ms"]);
        assert_eq!(program.said("Records"), "1");
        let request = reqwest::Client::new().post(format!("{}/companies", program.url()));
        let request = request.bearer_auth("sandbox-api-token").json(&json!({ "name": "Initech" }));
        let answered = tokio::spawn(async move { request.send().await.unwrap().status() });
        // This blocks, and must not block the request.
        let ended = tokio::task::spawn_blocking(move || {
            assert!(program.lines.next().unwrap().unwrap().contains("POST"));
            program.end(signal)
        });
        assert_eq!(ended.await.unwrap(), (Some(0), Vec::new()));
        assert_eq!(answered.await.unwrap(), 200);

        let exported: Value = serde_json::from_slice(&fs::read(&after).unwrap()).unwrap();
        let names: Vec<_> = exported["Company"].as_array().unwrap().iter().map(|company| &company["name"]).collect();
        assert_eq!(names, ["Acme", "Initech"]);
        fs::remove_file(before).unwrap();
        fs::remove_file(after).unwrap();
    }
}
