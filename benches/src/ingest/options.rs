//! Which formats and readers to measure, and over which corpus.

use std::path::PathBuf;

pub(super) const FORMATS: [&str; 7] = ["docx", "pdf", "pptx", "xlsx", "html", "csv", "md"];

/// Documents for each format and writer.
const COUNT: u32 = 12;
const COUNT_QUICK: u32 = 3;

#[derive(Debug)]
pub(super) struct Options {
    pub(super) formats: Vec<String>,
    /// The readers to run, instead of all; ours always runs.
    pub(super) tools: Vec<String>,
    /// A corpus that is there already, instead of one of our own.
    pub(super) corpus: Option<PathBuf>,
    pub(super) count: u32,
    pub(super) big: bool,
    /// Also the PDF of a thousand pages.
    pub(super) huge: bool,
    pub(super) json: Option<PathBuf>,
    /// How many blocks to show, of each reader and file, that were lost or added.
    pub(super) explain: usize,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let (mut formats, mut tools) = (Vec::new(), Vec::new());
        let (mut corpus, mut json, mut quick, mut huge) = (None, None, false, false);
        let mut explain = 0;
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--quick" => quick = true,
                "--huge" => huge = true,
                "--format" => formats.push(format_of(value()?)?),
                "--tool" => tools.push(value()?.clone()),
                "--corpus" => corpus = Some(PathBuf::from(value()?)),
                "--json" => json = Some(PathBuf::from(value()?)),
                "--explain" => explain = number_of(value()?)?,
                other => return Err(format!("`{other}` is not known here")),
            }
        }
        if formats.is_empty() {
            formats = FORMATS.map(str::to_owned).to_vec();
        }
        let count = if quick { COUNT_QUICK } else { COUNT };
        Ok(Self { formats, tools, corpus, count, big: !quick, huge, json, explain })
    }

    pub(super) fn wants(&self, tool: &str) -> bool {
        self.tools.is_empty() || self.tools.iter().any(|wanted| wanted == tool)
    }
}

fn number_of(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn format_of(name: &str) -> Result<String, String> {
    let known = FORMATS.contains(&name);
    known.then(|| name.to_owned()).ok_or_else(|| {
        format!("there is no format `{name}` in the corpus; there are: {}", FORMATS.join(", "))
    })
}
