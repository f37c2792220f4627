use planhat_codegen::source::Source;

const ROOT: &str = include_str!("../../schema/planhat.yaml");

/// A model that others may refer to.
const USER: &str = include_str!("../../schema/models/user.yaml");

/// Reads the bytes as the file of a model.
///
/// # Panics
///
/// If it is refused without a word, or differently the second time.
pub fn schema(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parse = || {
        planhat_codegen::parse(vec![
            Source::new("schema/planhat.yaml", ROOT),
            Source::new("schema/models/user.yaml", USER),
            Source::new("schema/models/any.yaml", &*text),
        ])
    };
    match (parse(), parse()) {
        (Ok(api), Ok(again)) => {
            assert_eq!(api.models.len(), 2);
            assert_eq!(format!("{api:?}"), format!("{again:?}"));
        }
        (Err(diagnostics), Err(again)) => {
            let shown = diagnostics.to_string();
            assert!(shown.contains("error"), "{shown}");
            assert_eq!(shown, again.to_string());
        }
        _ => panic!("it is taken one time only"),
    }
}
