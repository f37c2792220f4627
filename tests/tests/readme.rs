//! The README's Rust is Rust: each line of it stands in an example that compiles.

#![cfg(test)]

const README: &str = include_str!("../../README.md");
const EXAMPLE: &str = include_str!("../../planhat-sdk/examples/readme.rs");

/// The lines of the README's Rust blocks, without what differs between a tenant of yours and the sandbox.
fn rust_lines() -> Vec<&'static str> {
    let blocks = README.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.contains("Planhat::from_env()")).collect()
}

#[test]
fn the_readme_shows_code_that_compiles() {
    let lines = rust_lines();
    assert!(lines.len() > 10, "{lines:?}");
    let example: String = EXAMPLE.split_whitespace().collect();
    for line in lines {
        let line_without_blanks: String =
            line.replace("planhat_sandbox::Sandbox::", "Sandbox::").split_whitespace().collect();
        assert!(example.contains(&line_without_blanks), "not in the example: {line}");
    }
}
