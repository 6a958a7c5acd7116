//! Objects in a bucket: the same as in a folder, and what its troubles look like.

use std::time::Duration;

use futures::TryStreamExt;
use gloss_app::ops::{DoctorCheck, DocumentIngest};
use gloss_app::{App, Config, Ctx, ProviderConfig};
use gloss_core_model::{OwnerId, SourceType, SourceUid};
use gloss_objects::{Address, Object, Objects, ObjectsError};
use gloss_testkit::{Backend, Database};
use insta::assert_snapshot;

mod stub;

use stub::{Bucket, Trouble};

const OWNER: OwnerId = OwnerId::LOCAL;
const PATIENCE: Duration = Duration::from_millis(300);
const HOURS: Duration = Duration::from_secs(2 * 3600);
const PREFIX: &str = "team/gloss";

fn address(url: &str, bucket: &str) -> Address {
    let get = |name: &str| {
        let value = match name {
            "AWS_ACCESS_KEY_ID" => Bucket::KEY_ID,
            "AWS_SECRET_ACCESS_KEY" => "hush",
            "AWS_SESSION_TOKEN" => "once",
            "AWS_REGION" => "eu-west-1",
            "AWS_ENDPOINT_URL" => url,
            _ => return None,
        };
        Some(value.to_owned())
    };
    Address::read(&format!("s3://{bucket}/{PREFIX}"), get).expect("an address")
}

fn open(address: Address) -> Objects {
    Objects::open(address, PATIENCE, || gloss_llm::http::client(PATIENCE)).expect("opens")
}

fn source(bytes: &[u8]) -> Object {
    Object::Source { uid: SourceUid::of(SourceType::Md, bytes), source_type: SourceType::Md }
}

fn key_of(bytes: &[u8]) -> String {
    format!("{PREFIX}/{}", source(bytes).key(OWNER))
}

#[tokio::test]
async fn a_bucket_is_a_folder_elsewhere() {
    let bucket = Bucket::start().await;
    let objects = open(address(&bucket.url(), Bucket::NAME));
    let all: [&[u8]; 5] = [b"one", b"two", b"three", b"four", b"five"];
    for bytes in all {
        objects.put(OWNER, &source(bytes), bytes).await.expect("puts");
    }
    assert_eq!(objects.get(OWNER, &source(b"three")).await.expect("gets"), b"three".as_slice());
    let mut keys: Vec<String> = all.map(key_of).into();
    keys.sort();
    assert_eq!(bucket.keys(), keys);

    bucket.put("team/gloss/README", b"not ours");
    bucket.put("team/glossary/x", b"not ours either");
    let listed: Vec<_> = objects.list(Some(OWNER)).try_collect().await.expect("lists");
    let mut found: Vec<_> = listed.iter().map(|found| format!("{PREFIX}/{}", found.key)).collect();
    found.sort();
    assert_eq!(found, keys, "three pages");

    bucket.put(&key_of(b"two"), b"tow");
    let error = objects.get(OWNER, &source(b"two")).await.expect_err("damaged");
    assert!(matches!(error, ObjectsError::Damaged { .. }), "{error}");
    objects.delete(&source(b"two").key(OWNER)).await.expect("deletes");
    objects.delete(&source(b"two").key(OWNER)).await.expect("twice is fine");
    assert!(objects.restore(OWNER, &source(b"two"), b"two").await.expect("puts"));
    assert!(!objects.restore(OWNER, &source(b"two"), b"two").await.expect("looks"));
}

#[tokio::test]
async fn every_trouble_has_its_words() {
    let bucket = Bucket::start().await;
    let objects = open(address(&bucket.url(), Bucket::NAME));
    objects.put(OWNER, &source(b"one"), b"one").await.expect("puts");
    let mut told = String::new();
    for trouble in [
        Trouble::Says(403, "SignatureDoesNotMatch"),
        Trouble::Says(400, "AuthorizationHeaderMalformed"),
        Trouble::Says(404, "NoSuchBucket"),
        Trouble::Says(301, "PermanentRedirect"),
        Trouble::Says(507, "InsufficientStorage"),
        Trouble::SlowDown(99),
        Trouble::SlowDown(2),
        Trouble::Hangs,
        Trouble::Cuts,
    ] {
        bucket.trouble(trouble);
        let put = objects.put(OWNER, &source(b"one"), b"one").await;
        tell(&mut told, &bucket, &format!("{trouble:?} put"), put);
        bucket.trouble(trouble);
        let get = objects.get(OWNER, &source(b"one")).await.map(drop);
        tell(&mut told, &bucket, "get", get);
        bucket.trouble(trouble);
        let list: Result<Vec<_>, _> = objects.list(None).try_collect().await;
        tell(&mut told, &bucket, "list", list.map(drop));
    }
    assert_snapshot!(told, @r#"
    Says(403, "SignatureDoesNotMatch") put (PUT): object_store_refused: the object store s3://docs/team/gloss at URL refuses: SignatureDoesNotMatch: as told
    get (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: SignatureDoesNotMatch: as told
    list (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: SignatureDoesNotMatch: as told
    Says(400, "AuthorizationHeaderMalformed") put (PUT): object_store_refused: the object store s3://docs/team/gloss at URL refuses: AuthorizationHeaderMalformed: as told
    get (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: AuthorizationHeaderMalformed: as told
    list (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: AuthorizationHeaderMalformed: as told
    Says(404, "NoSuchBucket") put (PUT): object_store_no_bucket: the object store s3://docs/team/gloss at URL has no such bucket
    get (GET): object_store_no_bucket: the object store s3://docs/team/gloss at URL has no such bucket
    list (GET): object_store_no_bucket: the object store s3://docs/team/gloss at URL has no such bucket
    Says(301, "PermanentRedirect") put (PUT): object_store_refused: the object store s3://docs/team/gloss at URL refuses: Received redirect without LOCATION, this normally indicates an incorrectly configured region
    get (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: Received redirect without LOCATION, this normally indicates an incorrectly configured region
    list (GET): object_store_refused: the object store s3://docs/team/gloss at URL refuses: Received redirect without LOCATION, this normally indicates an incorrectly configured region
    Says(507, "InsufficientStorage") put (PUT PUT PUT PUT): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: InsufficientStorage: as told
    get (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: InsufficientStorage: as told
    list (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: InsufficientStorage: as told
    SlowDown(99) put (PUT PUT PUT PUT): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: SlowDown: as told
    get (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: SlowDown: as told
    list (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: SlowDown: as told
    SlowDown(2) put (PUT PUT PUT): fine
    get (GET GET GET): fine
    list (GET GET GET): fine
    Hangs put (PUT PUT PUT PUT): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: no answer within 300ms
    get (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: no answer within 300ms
    list (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: no answer within 300ms
    Cuts put (PUT): fine
    get (GET GET GET GET): object_store_unreachable: the object store s3://docs/team/gloss at URL cannot be reached: connection closed before message completed
    list (GET): fine
    "#);
}

fn tell(told: &mut String, bucket: &Bucket, what: &str, ended: Result<(), ObjectsError>) {
    let ended = match ended {
        Ok(()) => "fine".to_owned(),
        Err(error) => format!("{}: {error}", error.code()).replace(&bucket.url(), "URL"),
    };
    *told += &format!("{what} ({}): {ended}\n", bucket.asked());
}

#[tokio::test]
async fn wrong_addresses_have_theirs() {
    let bucket = Bucket::start().await;
    let gone = format!("http://{}", unused().await);
    let nobody = open(address(&gone, Bucket::NAME));
    let refused = nobody.get(OWNER, &source(b"one")).await.expect_err("nobody there");
    let elsewhere = open(address(&bucket.url(), "other"));
    let missing = elsewhere.put(OWNER, &source(b"one"), b"one").await.expect_err("no bucket");
    let objects = open(address(&bucket.url(), Bucket::NAME));
    let nothing = objects.get(OWNER, &source(b"one")).await.expect_err("nothing");
    let told: Vec<String> = [refused, missing, nothing]
        .iter()
        .map(|error| format!("{}: {error}", error.code()))
        .map(|text| text.replace(&gone, "GONE").replace(&bucket.url(), "URL"))
        .collect();
    assert_snapshot!(told.join("\n"), @"
    object_store_unreachable: the object store s3://docs/team/gloss at GONE cannot be reached: Connection refused (os error 111)
    object_store_no_bucket: the object store s3://other/team/gloss at URL has no such bucket
    object_missing: object 00000000-0000-7000-8000-000000000001/source/c6/c619dae76e7ce6f6dd3492fc4162584e5febb3fb652911773942cf634e6f6761 is not in s3://docs/team/gloss at URL
    ");
}

/// A port that was free a moment ago.
async fn unused() -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

async fn app(database: &Database, bucket: &Bucket) -> App {
    let config = Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
        objects: Some(address(&bucket.url(), Bucket::NAME)),
        provider: ProviderConfig::at("http://127.0.0.1:9", None),
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    };
    App::open(config).await.expect("opens")
}

fn command(file_name: &str, bytes: &[u8]) -> DocumentIngest {
    let (file_name, bytes) = (file_name.to_owned(), bytes.to_vec());
    DocumentIngest { file_name, bytes, title: None, project: None }
}

async fn ingest(app: &App, text: &str) -> String {
    let command = command("notes.md", text.as_bytes());
    let view = app.document_ingest(&Ctx::local(), command).await.expect("ingests");
    view.document.document_id
}

/// What the doctor says of objects, in one line.
async fn doctor(app: &App, want: DoctorCheck) -> String {
    let view = app.doctor_check(want).await.expect("checks");
    let o = &view.objects;
    let findings: Vec<&str> = view.findings.iter().map(|found| found.rule.as_str()).collect();
    format!(
        "{} kept, {} missing, {} damaged, {} orphans, {} young, {} collected {findings:?}",
        o.objects, o.missing, o.damaged, o.orphans, o.young, o.collected
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_holds_a_bucket_against_the_rows() {
    Backend::each(|database| async move {
        let bucket = Bucket::start().await;
        let app = app(&database, &bucket).await;
        let texts = ["# One\n", "# Two\n", "# Three\n"];
        let mut ids = Vec::new();
        for text in texts {
            ids.push(ingest(&app, text).await);
        }
        let file = app.document_source(&Ctx::local(), &ids[1]).await.expect("reads");
        assert_eq!(
            (file.bytes.as_ref(), file.file_name),
            (texts[1].as_bytes(), format!("{}.md", ids[1]))
        );
        let collect = DoctorCheck { collect: true, contents: true };
        let quick = DoctorCheck { collect: false, contents: false };
        let mut told = vec![doctor(&app, DoctorCheck::default()).await];

        // Orphans: one of a stranger, one old, one young.
        let stranger: OwnerId = "00000000-0000-7000-8000-000000000007".parse().expect("an id");
        let foreign = format!("{PREFIX}/{}", source(b"foreign").key(stranger));
        bucket.put(&foreign, b"foreign");
        bucket.put(&key_of(b"old"), b"old");
        bucket.put(&key_of(b"young"), b"young");
        for key in [&foreign, &key_of(b"old"), &key_of(texts[0].as_bytes())] {
            bucket.age(key, HOURS);
        }
        told.push(doctor(&app, quick).await);
        told.push(doctor(&app, collect).await);
        assert!(bucket.keys().contains(&key_of(b"young")));
        assert!(!bucket.keys().contains(&key_of(b"old")) && !bucket.keys().contains(&foreign));

        bucket.remove(&key_of(texts[0].as_bytes()));
        bucket.put(&key_of(texts[1].as_bytes()), b"# Tow\n");
        bucket.put(&key_of(texts[2].as_bytes()), b"# Thr");
        told.push(doctor(&app, DoctorCheck::default()).await);
        told.push(doctor(&app, quick).await);
        for text in texts {
            ingest(&app, text).await;
        }
        told.push(doctor(&app, DoctorCheck::default()).await);

        bucket.trouble(Trouble::Says(403, "AccessDenied"));
        told.push(doctor(&app, DoctorCheck::default()).await);
        // A document that is known needs nothing of the bucket.
        assert_eq!(ingest(&app, texts[0]).await, ids[0]);
        let command = command("a.md", b"new");
        let error = app.document_ingest(&Ctx::local(), command).await.expect_err("refused");
        told.push(format!("{}: {}", error.code, error.kind.http_status()));
        insta::allow_duplicates! {
        assert_snapshot!(told.join("\n"), @r#"
        6 kept, 0 missing, 0 damaged, 0 orphans, 0 young, 0 collected []
        9 kept, 0 missing, 0 damaged, 2 orphans, 1 young, 0 collected []
        9 kept, 0 missing, 0 damaged, 2 orphans, 1 young, 2 collected []
        6 kept, 1 missing, 2 damaged, 0 orphans, 1 young, 0 collected ["kept bytes are those that their name was made of", "kept bytes are those that their name was made of", "the bytes that a row names are in the object store"]
        6 kept, 1 missing, 1 damaged, 0 orphans, 1 young, 0 collected ["kept bytes are those that their name was made of", "the bytes that a row names are in the object store"]
        7 kept, 0 missing, 1 damaged, 0 orphans, 1 young, 0 collected ["kept bytes are those that their name was made of"]
        0 kept, 0 missing, 0 damaged, 0 orphans, 0 young, 0 collected ["kept bytes can be looked at"]
        object_store_refused: 503
        "#);
        }
        app.close().await;
    })
    .await;
}
