"""`gloss` on a bucket of moto's, which checks every signature: `python run.py PATH/TO/gloss`."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import boto3
from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

GLOSS = sys.argv[1]
BUCKET, PREFIX, REGION = "acme-docs", "team/gloss", "eu-west-1"
OWNER = "00000000-0000-7000-8000-000000000001"
# More than S3 lists in one page.
DOCUMENTS, ORPHANS = 30, 1100
ALL_OF_S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
EVERYTHING = {"Version": "2012-10-17", "Statement": [ALL_OF_S3]}


def same(what, found, expected):
    if found != expected:
        sys.exit(f"MISMATCH {what}: found {found!r}, expected {expected!r}")
    print(f"ok  {what}: {found!r}")


def client(kind, url):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(kind, endpoint_url=url, region_name=REGION, **keys)


class Gloss:
    """The program on a folder of its own, with the variables it is given."""

    def __init__(self, folder, variables):
        self.folder = folder
        self.variables = {"PATH": os.environ["PATH"], "GLOSS_DATA_DIR": str(folder / "data")}
        self.variables |= variables

    def run(self, *words, **variables):
        done = subprocess.run(
            [GLOSS, *words], env=self.variables | variables, cwd=self.folder, capture_output=True
        )
        return done.returncode, done.stdout, done.stderr.decode()

    def json(self, *words):
        code, out, err = self.run("--json", *words)
        if not out:
            sys.exit(f"MISMATCH gloss {' '.join(words)}: exit {code}, {err}")
        return code, json.loads(out)

    def code(self, *words, **variables):
        """Exit code, and the stable name of the error."""
        code, _, err = self.run("--json", *words, **variables)
        return code, json.loads(err)["error"]["code"]


def doctor(gloss, *words):
    code, view = gloss.json("doctor", *words)
    names = ("objects", "missing", "damaged", "orphans", "young", "collected")
    return code, {name: view["objects"][name] for name in names}


def furnish(url):
    """A bucket, and a key of somebody who may do everything in it; from then on keys are checked."""
    location = {"LocationConstraint": REGION}
    client("s3", url).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
    iam = client("iam", url)
    iam.create_user(UserName="gloss")
    iam.put_user_policy(
        UserName="gloss", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING)
    )
    key = iam.create_access_key(UserName="gloss")["AccessKey"]
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    return {
        "GLOSS_OBJECTS_URL": f"s3://{BUCKET}/{PREFIX}",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def shelf():
    """What moto keeps, by key."""
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys


def place(key, bytes):
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, key, bytes)


def check(gloss):
    documents = gloss.folder / "documents"
    documents.mkdir()
    for n in range(DOCUMENTS):
        (documents / f"{n:02}.md").write_text(f"# Document {n}\n\n" + "word " * n)
    big = "A long line of a long document.\n\n" * 600_000
    (documents / "big.txt").write_text(big)

    wrong = {"AWS_SECRET_ACCESS_KEY": "wrong"}
    nowhere = {"GLOSS_OBJECTS_URL": "s3://no-such-bucket"}
    forged = gloss.code("ingest", "documents/00.md", **wrong)
    same("a wrong secret", forged, (7, "object_store_refused"))
    unknown = gloss.code("ingest", "documents/00.md", AWS_ACCESS_KEY_ID="AKIAUNKNOWN")
    same("an unknown key", unknown, (7, "object_store_refused"))
    no_bucket = gloss.code("ingest", "documents/00.md", **nowhere)
    same("no such bucket", no_bucket, (7, "object_store_no_bucket"))
    same("nothing was kept", len(shelf()), 0)

    for name in [*(f"{n:02}.md" for n in range(DOCUMENTS)), "big.txt"]:
        code, _, err = gloss.run("ingest", f"documents/{name}")
        if code:
            sys.exit(f"MISMATCH ingest {name}: exit {code}, {err}")
    kept = 2 * (DOCUMENTS + 1)
    same("sources and representations kept", len(shelf()), kept)
    fine = {"objects": kept, "missing": 0, "damaged": 0, "orphans": 0, "young": 0, "collected": 0}
    same("the doctor", doctor(gloss), (0, fine))

    _, listed = gloss.json("documents", "list", "--limit", "1")
    newest = listed["items"][0]["document_id"]
    source = gloss.run("documents", "source", newest)[1]
    same("20 MB came back as they went", source == big.encode(), True)

    place(f"{PREFIX}/readme.txt", b"somebody else's")
    place(f"{PREFIX}sy/neighbour", b"somebody else's")
    for n in range(ORPHANS):
        place(f"{PREFIX}/{OWNER}/source/ab/ab{n:062x}", b"nobody's")
    young = fine | {"objects": kept + ORPHANS, "young": ORPHANS}
    same("young ones stay", doctor(gloss, "--skip-contents", "--collect"), (0, young))
    for key in list(shelf().values()):
        key.last_modified -= timedelta(hours=2)
    old = young | {"young": 0, "orphans": ORPHANS}
    same("old ones are told of", doctor(gloss, "--skip-contents"), (0, old))
    collected = old | {"collected": ORPHANS}
    same("and deleted when asked", doctor(gloss, "--skip-contents", "--collect"), (0, collected))
    same("ours, two of others and the clock stay", len(shelf()), kept + 3)

    uid = listed["items"][0]["source_uid"]
    place(f"{PREFIX}/{OWNER}/source/{uid[:2]}/{uid}", b"other bytes")
    damaged = fine | {"damaged": 1}
    same("a damaged one is told of", doctor(gloss), (1, damaged))
    same("and not handed out", gloss.code("documents", "source", newest), (7, "object_damaged"))
    gloss.run("ingest", "documents/big.txt")
    same("until the file is offered again", doctor(gloss), (0, fine))


def main():
    print(f"moto {version('moto')}")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory(prefix="gloss-s3-") as folder:
        check(Gloss(Path(folder), furnish(f"http://{host}:{port}")))
    server.stop()
    print("moto agrees")


main()
