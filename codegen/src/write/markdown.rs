//! Pages in Markdown: blocks with a blank line between them.

#[derive(Debug, Default)]
pub struct Page {
    blocks: Vec<String>,
}

impl Page {
    pub fn new(title: &str) -> Self {
        Self { blocks: vec![format!("# {title}")] }
    }

    /// Adds a heading: level 2 stands below the title.
    pub fn heading(&mut self, level: usize, text: &str) {
        self.blocks.push(format!("{} {text}", "#".repeat(level)));
    }

    /// Adds a paragraph; without text there is none.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(text);
        }
    }

    /// Adds a list; without items there is none.
    pub fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.paragraph(items.into_iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"));
    }

    /// Adds a table; without rows there is none.
    pub fn table<const N: usize>(&mut self, header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let rows: Vec<String> = rows.into_iter().map(row).collect();
        if !rows.is_empty() {
            let head = [row(header.map(str::to_owned)), row([const { "---" }; N].map(str::to_owned))];
            self.blocks.push([head.as_slice(), &rows].concat().join("\n"));
        }
    }

    pub fn code(&mut self, language: &str, text: &str) {
        self.blocks.push(format!("```{language}\n{}\n```", text.trim_end()));
    }

    pub fn finish(self) -> String {
        self.blocks.join("\n\n") + "\n"
    }
}

fn row<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {} ", one_line(&cell)) });
    format!("|{}|", cells.join("|"))
}

/// A text that ends neither the cell nor the row that it stands in.
fn one_line(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

pub fn code(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_apart_and_empty_ones_are_left_out() {
        let mut page = Page::new("Title");
        page.paragraph("");
        page.heading(2, "Part");
        page.table(["x", "y"], []);
        page.table(["x", "y"], [["a|b".to_owned(), String::new()]]);
        page.code("text", "code\n");
        let expected = "# Title\n\n## Part\n\n| x | y |\n| --- | --- |\n| a\\|b | |\n\n```text\ncode\n```\n";
        assert_eq!(page.finish(), expected);
    }
}
