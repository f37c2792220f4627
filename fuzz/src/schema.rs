use planhat_codegen::source::bundled;

/// Reads the bytes as the files of a schema, each after a line `# file: PATH`. Returns whether they are one.
///
/// # Panics
///
/// If they are refused without a word or at a place that is not there, or differently the second time.
pub fn schema(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let parsed = planhat_codegen::parse(bundled(&text));
    if let Err(diagnostics) = &parsed {
        assert!(diagnostics.render().contains("error"), "{}", diagnostics.render());
        for label in diagnostics.list().iter().flat_map(|diagnostic| &diagnostic.labels) {
            let source = diagnostics.sources().get(label.span.file).expect("a label is in a file");
            assert!(source.text.get(label.span.range()).is_some(), "{}", diagnostics.render());
        }
    }
    assert_eq!(format!("{parsed:?}"), format!("{:?}", planhat_codegen::parse(bundled(&text))));
    parsed.is_ok()
}
