//! A folder of objects: whole files, honest reads, and nothing left lying about.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::TryStreamExt;
use gloss_core_model::{ConvUid, OwnerId, Representation, SourceType, SourceUid, Timestamp, Tool};
use tempfile::TempDir;

use super::{Address, Object, Objects, ObjectsError};

const OWNER: OwnerId = OwnerId::LOCAL;

struct House {
    folder: TempDir,
    objects: Objects,
}

fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = open(&folder.path().join("objects")).expect("opens");
    House { folder, objects }
}

fn open(path: &Path) -> Result<Objects, ObjectsError> {
    let address = Address::Folder(path.to_owned());
    Objects::open(address, Duration::ZERO, || unreachable!("a folder needs no client"))
}

fn stranger() -> OwnerId {
    "00000000-0000-7000-8000-000000000007".parse().expect("an id")
}

fn source(bytes: &[u8]) -> Object {
    Object::Source { uid: SourceUid::of(SourceType::Md, bytes), source_type: SourceType::Md }
}

fn representation(bytes: &[u8]) -> Object {
    let (tool, representation) = (Tool::Mdast, Representation::MarkdownBytes);
    Object::Representation { uid: ConvUid::of(tool, representation, bytes), tool, representation }
}

impl House {
    fn file(&self, object: &Object) -> PathBuf {
        self.folder.path().join("objects").join(object.key(OWNER).to_string())
    }

    /// Every file there is, below the folder.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    let name = path.file_name().expect("a name");
                    found.push(name.to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.folder.path().join("objects"), &mut found);
        found.sort();
        found
    }

    async fn list(&self, owner: Option<OwnerId>) -> Vec<String> {
        let listed: Vec<_> = self.objects.list(owner).try_collect().await.expect("lists");
        let mut keys: Vec<String> =
            listed.iter().map(|found| format!("{} {}", found.key, found.bytes)).collect();
        keys.sort();
        keys
    }
}

#[tokio::test]
async fn what_is_put_is_got_and_lies_where_its_name_says() {
    let house = house();
    let (bytes, object) = (b"# Hello\n", source(b"# Hello\n"));
    house.objects.put(OWNER, &object, bytes.to_vec()).await.expect("puts");
    assert_eq!(fs::read(house.file(&object)).expect("a file"), bytes);
    assert_eq!(house.objects.get(OWNER, &object).await.expect("gets"), bytes.as_slice());
    let key = "00000000-0000-7000-8000-000000000001/source/6a/\
               6ad84fe9b673fd11e934ee6226d1763f2dfda3cd01baa4f8224ff1b0062deae2";
    assert_eq!(object.key(OWNER).to_string(), key);
    let error = house.objects.get(stranger(), &object).await.expect_err("another owner's");
    assert!(matches!(error, ObjectsError::Missing { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_of_one_object_leave_one_whole_file() {
    let house = house();
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|n| n as u8).collect();
    let object = source(&bytes);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (objects, object, bytes) = (house.objects.clone(), object.clone(), bytes.clone());
        writers.spawn(async move {
            objects.put(OWNER, &object, bytes).await.expect("puts");
            // What is there is whole at any moment, whoever is still writing.
            objects.get(OWNER, &object).await.expect("gets").len()
        });
    }
    let read: Vec<usize> = writers.join_all().await;
    assert_eq!(read, vec![bytes.len(); 16]);
    assert_eq!(house.files(), [object.key(OWNER).hash()]);
}

#[tokio::test]
async fn damage_is_told_and_mended_by_the_same_bytes() {
    let house = house();
    let object = representation(b"some bytes");
    house.objects.put(OWNER, &object, b"some bytes".to_vec()).await.expect("puts");
    fs::write(house.file(&object), b"some bytez").expect("writes");
    let error = house.objects.get(OWNER, &object).await.expect_err("damaged");
    let told = error.to_string().replace(&house.objects.place(), "PLACE");
    let name = object.key(OWNER);
    assert_eq!(
        told,
        format!(
            "object {name} in PLACE is damaged: its bytes are not those that its name was made of"
        )
    );
    // As large as it should be: only reading would tell.
    let bytes = b"some bytes".to_vec();
    assert!(!house.objects.restore(OWNER, &object, bytes.clone()).await.expect("looks"));
    fs::write(house.file(&object), b"some").expect("writes");
    assert!(house.objects.restore(OWNER, &object, bytes.clone()).await.expect("puts"));
    fs::remove_file(house.file(&object)).expect("removes");
    assert!(house.objects.restore(OWNER, &object, bytes.clone()).await.expect("puts"));
    assert!(!house.objects.restore(OWNER, &object, bytes).await.expect("looks"));
    house.objects.get(OWNER, &object).await.expect("gets");
}

#[tokio::test]
async fn lists_what_is_ours_and_deletes_what_is_named() {
    let house = house();
    let stranger = stranger();
    let (one, two) = (source(b"one"), representation(b"two"));
    house.objects.put(OWNER, &one, b"one".to_vec()).await.expect("puts");
    house.objects.put(OWNER, &two, b"two".to_vec()).await.expect("puts");
    house.objects.put(stranger, &one, b"one".to_vec()).await.expect("puts");
    house.objects.clock().await.expect("a time");
    fs::write(house.folder.path().join("objects/README.txt"), "not ours").expect("writes");
    fs::write(house.file(&one).with_extension("bak"), "not ours").expect("writes");
    let (one_key, two_key) = (one.key(OWNER), two.key(OWNER));
    let mut ours = vec![format!("{one_key} 3"), format!("{two_key} 3")];
    ours.sort();
    assert_eq!(house.list(Some(OWNER)).await, ours);
    ours.push(format!("{} 3", one.key(stranger)));
    ours.sort();
    assert_eq!(house.list(None).await, ours);

    house.objects.delete(&one_key).await.expect("deletes");
    house.objects.delete(&one_key).await.expect("twice is fine");
    assert_eq!(house.objects.look(&one_key).await.expect("looks"), None);
    assert_eq!(house.list(Some(OWNER)).await, [format!("{two_key} 3")]);
    assert_eq!(house.list(Some(stranger)).await.len(), 1);
}

#[tokio::test]
async fn clears_what_a_dead_writer_left() {
    let house = house();
    let object = source(b"one");
    house.objects.put(OWNER, &object, b"one".to_vec()).await.expect("puts");
    let file = house.file(&object);
    let half = PathBuf::from(format!("{}#1", file.display()));
    let (old_half, other) = (file.with_file_name(".tmpAbCd"), file.with_file_name("keep#me"));
    for path in [&half, &old_half, &other] {
        fs::write(path, "half a file").expect("writes");
    }
    let now = house.objects.clock().await.expect("a time");
    let hour_ago = now.plus_ms(-3_600_000);
    assert_eq!(house.objects.clear(hour_ago).await.expect("clears"), (0, 0));
    for path in [&half, &old_half, &other, &file] {
        let file = fs::File::options().write(true).open(path).expect("a file");
        let now = file.metadata().and_then(|meta| meta.modified()).expect("a date");
        file.set_modified(now - Duration::from_secs(2 * 3600)).expect("dates it back");
    }
    assert_eq!(house.objects.clear(hour_ago).await.expect("clears"), (2, 22));
    let left = house.files();
    assert_eq!(left, [object.key(OWNER).hash(), "clock", "keep#me"]);
    let listed: Vec<_> = house.objects.list(None).try_collect().await.expect("lists");
    assert!(listed[0].modified < hour_ago && now > Timestamp(0));
}

#[test]
fn a_folder_that_cannot_be_used_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = |error: ObjectsError| {
        error.to_string().replace(&folder.path().display().to_string(), "DIR")
    };
    let nowhere = open(&folder.path().join("not/mounted")).expect_err("no such folder");
    fs::write(folder.path().join("file"), "a file").expect("writes");
    let file = open(&folder.path().join("file")).expect_err("a file");
    insta::assert_snapshot!(format!("{}\n{}", shown(nowhere), shown(file)), @"
    the object store DIR/not/mounted cannot be used: No such file or directory (os error 2)
    the object store DIR/file cannot be used: it is no folder
    ");
}
