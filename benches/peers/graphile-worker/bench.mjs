// Throughput of graphile-worker on an otherwise empty database.
//
//   node bench.mjs --url postgres://… --jobs 50000 --workers 1 --mode batched
//
// Prints one JSON line. It DROPS and recreates the schema `graphile_worker` in
// the database it is given, so give it a database of its own.
//
// What is timed:
//   create_per_s  N jobs, payloads sent by the client, bulk `add_jobs`, each
//                 chunk its own durable commit.
//   jobs_per_s    from asking the worker processes (already started, modules
//                 loaded, no connection yet) to start their pools, until every
//                 job has run AND its row is gone in a committed transaction.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// graphile-worker logs a line per finished job unless told not to, and reads
// this when it is loaded. Its own benchmark sets it too: without it the figure
// would be the speed of the console.
process.env.NO_LOG_SUCCESS = "1";
const { Logger, makeWorkerUtils, run } = await import("graphile-worker");
const { default: pg } = await import("pg");

const TASK = "block";
const SCHEMA = "graphile_worker";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Each worker is a process of its own, as one would deploy it: the parent's
// bookkeeping then never shares an event loop with the queue being measured.
if (process.env.PEER_BENCH_WORKER) await workerMain();
else await main();

async function workerMain() {
  let done = 0;
  let reported = 0;
  let runner;
  // Report at intervals: a message per job would cost more than the job.
  const report = () => {
    if (done !== reported) process.send({ done: (reported = done) });
  };
  process.on("message", async (message) => {
    if (message.start) {
      const { url, worker } = message.start;
      setInterval(report, 5);
      runner = await run({
        logger: new Logger(() => (level, text) => {
          if (level === "error") console.error(text);
        }),
        noHandleSignals: true,
        taskList: { [TASK]: () => void done++ },
        preset: { worker: { ...worker, connectionString: url } },
      });
    } else {
      await runner?.stop();
      process.exit(0);
    }
  });
  // Never outlive the parent.
  process.on("disconnect", () => process.exit(1));
  process.send({ ready: true });
}

async function main() {
  const { values: args } = parseArgs({
    options: {
      url: { type: "string" },
      jobs: { type: "string", default: "50000" },
      workers: { type: "string", default: "1" },
      mode: { type: "string", default: "batched" },
      // For trying other settings; the defaults below are the tuned ones.
      concurrency: { type: "string" },
      pool: { type: "string" },
      "local-queue": { type: "string" },
      delay: { type: "string" },
    },
  });
  const jobs = Number(args.jobs);
  const workers = Number(args.workers);
  if (!args.url || !(jobs > 0) || !(workers > 0) || !Object.hasOwn(modes(args), args.mode)) {
    console.error(
      "usage: node bench.mjs --url postgres://… [--jobs N] [--workers N] [--mode batched|default]",
    );
    process.exit(2);
  }
  const worker = modes(args)[args.mode];

  const db = new pg.Client({ connectionString: args.url });
  await db.connect();
  const one = async (sql, values) => (await db.query({ text: sql, values, rowMode: "array" })).rows[0][0];

  await db.query(`drop schema if exists ${SCHEMA} cascade`);
  const utils = await makeWorkerUtils({ connectionString: args.url });
  await utils.migrate();
  await utils.release();

  const create = await createJobs(one, jobs);
  // Autovacuum would gather these statistics within a minute or so. Without
  // them 100000 jobs in batched mode ran at less than half the speed (no
  // difference was seen with 20000, nor in default mode).
  await db.query(`analyze ${SCHEMA}._private_jobs`);

  const seconds = await timeJobs({ one, url: args.url, jobs, workers, worker });

  const settings = { workers, ...worker, create_chunk: create.chunk };
  for (const name of ["server_version", "fsync", "synchronous_commit"]) {
    settings[name] = await one(`show ${name}`);
  }
  await db.end();

  // The entry point is dist/index.js; newer versions do not export package.json.
  const entry = createRequire(import.meta.url).resolve("graphile-worker");
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "../package.json"), "utf8"));
  console.log(
    JSON.stringify({
      peer: "graphile-worker",
      version,
      mode: args.mode,
      jobs,
      create_per_s: Math.round(jobs / create.seconds),
      jobs_per_s: Math.round(jobs / seconds),
      settings,
    }),
  );
}

function modes(args) {
  const number = (name, otherwise) => Number(args[name] ?? otherwise);
  const delay = number("delay", 0);
  return {
    // As the library comes, but for the concurrency (1 by default).
    default: {
      concurrentJobs: number("concurrency", 8),
      maxPoolSize: number("pool", 10),
    },
    // The library's published benchmark settings (24 concurrent, local queue of
    // 500, no delay) but for a larger local queue. The queue fetches again only
    // once it is empty, so with a task that takes no time its size is what
    // counts: 500 < 1000 < 2000, 5000 perhaps a little better, 10000 not, 25000
    // worse. Delay (0, 5, 25 ms), concurrency (8 to 100) and pool size (4 to 25)
    // made no difference that could be told from the noise.
    batched: {
      concurrentJobs: number("concurrency", 24),
      maxPoolSize: number("pool", 10),
      localQueue: { size: number("local-queue", 5000) },
      completeJobBatchDelay: delay,
      failJobBatchDelay: delay,
    },
  };
}

// `utils.addJobs` returns every row it made; calling the SQL function it wraps
// and returning only a count is supported as well, and about twice as fast.
async function createJobs(one, jobs) {
  const chunk = 5000;
  const started = performance.now();
  for (let from = 0; from < jobs; from += chunk) {
    const payloads = [];
    for (let i = from; i < Math.min(from + chunk, jobs); i++) {
      payloads.push({ run: "3f1c9a6e2b7d4058", block_index: i });
    }
    await one(
      `select count(*) from ${SCHEMA}.add_jobs(array(
         select row($1::text, payload, null, null, null, null, null, null)::${SCHEMA}.job_spec
         from json_array_elements($2::json) payload))`,
      [TASK, JSON.stringify(payloads)],
    );
  }
  return { chunk, seconds: (performance.now() - started) / 1000 };
}

async function timeJobs({ one, url, jobs, workers, worker }) {
  const children = [];
  const done = new Array(workers).fill(0);
  const total = () => done.reduce((sum, n) => sum + n, 0);
  let allRun;
  let died;
  const ran = new Promise((resolve, reject) => ([allRun, died] = [resolve, reject]));

  await Promise.all(
    done.map((_, i) => {
      const child = fork(fileURLToPath(import.meta.url), [], {
        env: { ...process.env, PEER_BENCH_WORKER: "1" },
      });
      children.push(child);
      child.on("exit", (code) => died(new Error(`a worker exited early, code ${code}`)));
      return new Promise((ready) =>
        child.on("message", (message) => {
          if (message.ready) return ready();
          done[i] = message.done;
          if (total() >= jobs) allRun();
        }),
      );
    }),
  );

  const started = performance.now();
  for (const child of children) child.send({ start: { url, worker } });
  await ran;
  // A job that has run is not done yet: completion is a DELETE the worker does
  // not wait for, in either mode. The clock stops when the last one is visible.
  while (await one(`select exists (select from ${SCHEMA}._private_jobs)`)) await sleep(2);
  const seconds = (performance.now() - started) / 1000;

  const exits = children.map((child) => new Promise((resolve) => child.on("exit", resolve)));
  for (const child of children) child.send({ stop: true });
  await Promise.all(exits);
  if (total() !== jobs) throw new Error(`${total()} runs for ${jobs} jobs`);
  return seconds;
}
