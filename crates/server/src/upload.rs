//! A form with files: `multipart/form-data`, as browsers and `curl -F` send it.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use gloss_app::ops::{BatchFile, DocumentIngest};
use utoipa::ToSchema;

use crate::documents::FORM_BYTES_MAX;
use crate::extract::BODY_READ_MAX;
use crate::problem::Problem;

/// Bytes of a file's name.
const FILE_NAME_BYTES_MAX: usize = 1024;

/// A file as it is.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "it describes the body and is never made")]
pub(crate) struct File(Vec<u8>);

/// The parts of the form.
#[derive(ToSchema)]
pub(crate) struct Form {
    /// A file with its name; repeat the part for more.
    #[schema(value_type = Vec<String>, format = Binary)]
    #[allow(dead_code, reason = "it describes the form and is never made")]
    file: Vec<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) files: Vec<BatchFile>,
}

impl Upload {
    /// Reads the form, but no more of it than `files_max` files and one.
    pub(crate) async fn read(
        request: Request,
        files_max: usize,
        title: Option<String>,
        project: Option<String>,
    ) -> Result<Self, Problem> {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|rejection| Problem::invalid("unreadable_body", rejection.body_text()))?;
        let files =
            tokio::time::timeout(BODY_READ_MAX, files(form, files_max)).await.map_err(|_| {
                let detail =
                    format!("the form did not arrive within {} s", BODY_READ_MAX.as_secs());
                Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
            })??;
        if files.is_empty() {
            let detail = "the form has no part named `file`";
            return Err(
                Problem::invalid("no_files", detail).hint("for example: curl -F file=@report.docx")
            );
        }
        if title.is_some() && files.len() > 1 {
            return Err(Problem::invalid("title_of_many", "`title` goes with one file"));
        }
        let files = files.into_iter().map(|(file_name, bytes)| {
            let (title, project) = (title.clone(), project.clone());
            batch_file(DocumentIngest { file_name, bytes, title, project })
        });
        Ok(Self { files: files.collect() })
    }
}

fn batch_file(command: DocumentIngest) -> BatchFile {
    let file_name = command.file_name.clone();
    BatchFile { name: file_name, open: Box::new(move || Ok(command)) }
}

async fn files(mut form: Multipart, files_max: usize) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
        let file_name = name(&part)?;
        let bytes = part.bytes().await.map_err(|error| broken(&error))?;
        files.push((file_name, bytes.into()));
        if files.len() > files_max {
            break;
        }
    }
    Ok(files)
}

fn name(part: &Field<'_>) -> Result<String, Problem> {
    match (part.name(), part.file_name()) {
        (Some("file"), Some(file_name)) if file_name.len() > FILE_NAME_BYTES_MAX => {
            let detail = format!("a file name is longer than {FILE_NAME_BYTES_MAX} bytes");
            Err(Problem::invalid("file_name_too_long", detail))
        }
        (Some("file"), Some(file_name)) if !file_name.is_empty() => Ok(file_name.to_owned()),
        (Some("file"), _) => {
            Err(Problem::invalid("no_file_name", "a part named `file` has no file name")
                .hint("the name tells the format, for example report.docx"))
        }
        (other, _) => {
            let detail = format!("the form has a part named `{}`", other.unwrap_or_default());
            Err(Problem::invalid("unknown_part", detail).hint("send files in parts named `file`"))
        }
    }
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("the form is larger than {} MiB", FORM_BYTES_MAX >> 20);
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
            .hint("send fewer files at a time");
    }
    Problem::invalid("unreadable_body", error.body_text())
}
