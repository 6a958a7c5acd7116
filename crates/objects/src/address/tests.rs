//! What is taken for a place, and what is refused with which words.

use super::Address;

fn check(url: &str, variables: &[(&str, &str)]) -> String {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "hush\n")];
    let get = |name: &str| {
        let found = variables.iter().chain(&keys).find(|(known, _)| *known == name);
        found.map(|(_, text)| (*text).to_owned()).filter(|text| !text.is_empty())
    };
    match Address::read(url, get) {
        Ok(address) => {
            let debug = format!("{address:?}");
            assert!(!debug.contains("hush") && !debug.contains("pass"), "{debug}");
            address.to_string()
        }
        Err(error) => format!("error: {error}\nhint: {}", error.hint()),
    }
}

#[test]
fn places() {
    assert_eq!(check("file:///srv/gloss%20objects", &[]), "/srv/gloss objects");
    assert_eq!(check("s3://acme-docs", &[]), "s3://acme-docs");
    assert_eq!(check("s3://acme-docs/team/gloss/", &[]), "s3://acme-docs/team/gloss");
    let with = |name, value| check("s3://docs", &[(name, value)]);
    assert_eq!(
        with("AWS_ENDPOINT_URL", "http://127.0.0.1:9000/"),
        "s3://docs at http://127.0.0.1:9000"
    );
    assert_eq!(with("AWS_ENDPOINT_URL", "https://s3.example"), "s3://docs at https://s3.example");
    let both = [("AWS_ENDPOINT_URL", "http://minio:9000"), ("AWS_ALLOW_HTTP", "true")];
    assert_eq!(check("s3://docs", &both), "s3://docs at http://minio:9000");
}

#[test]
fn refusals() {
    let with = |name, value| check("s3://docs", &[(name, value)]);
    let all = [
        check("/srv/gloss", &[]),
        check("file://server/share", &[]),
        check("gs://docs", &[]),
        check("s3://AKIA:pass@docs", &[]),
        check("s3://docs?region=eu-west-1", &[]),
        check("s3://My_Docs", &[]),
        check("s3://docs/a//b", &[]),
        with("AWS_ACCESS_KEY_ID", ""),
        with("AWS_ENDPOINT_URL", "http://minio:9000"),
        with("AWS_ENDPOINT_URL", "minio:9000"),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    error: GLOSS_OBJECTS_URL cannot be used: it is not a URL
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: it is no folder of this machine
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: `gs:` is not known
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: keys do not belong into it
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: it has more than a place: no port, `?` or `#`
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: `My_Docs` is no name of a bucket
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: GLOSS_OBJECTS_URL cannot be used: `a//b` is no prefix for the names of objects
    hint: give file:///a/folder or s3://bucket/prefix; without it the folder `objects` in the data directory is used
    error: the bucket cannot be used without a key: AWS_ACCESS_KEY_ID is not set
    hint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    error: AWS_ENDPOINT_URL cannot be used: http:// to another machine can be read on the way
    hint: give the address of the S3 service, such as https://s3.example; http:// is for this machine, or for a network you trust with AWS_ALLOW_HTTP=true
    error: AWS_ENDPOINT_URL cannot be used: it names no host
    hint: give the address of the S3 service, such as https://s3.example; http:// is for this machine, or for a network you trust with AWS_ALLOW_HTTP=true
    ");
}
