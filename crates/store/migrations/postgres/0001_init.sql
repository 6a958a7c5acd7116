-- Differs from sqlite: native UUID and BIGINT, an identity column for leases.
-- Every key begins with the owner: rows never cross owners.
-- Times are unix milliseconds, money is micro-USD, JSON is text as it was written.

CREATE TABLE conversion (
    owner_id UUID NOT NULL,
    conv_uid TEXT NOT NULL,
    tool TEXT NOT NULL,
    representation TEXT NOT NULL,
    converter TEXT NOT NULL,
    total_blocks BIGINT NOT NULL,
    total_characters BIGINT NOT NULL,
    block_type_freq TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, conv_uid)
);

-- Documents are grouped by project. The one with its owner's own id takes what is put nowhere else.
CREATE TABLE project (
    owner_id UUID NOT NULL,
    project_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, project_id),
    UNIQUE (owner_id, name)
);

CREATE TABLE document (
    owner_id UUID NOT NULL,
    document_id UUID NOT NULL,
    project_id UUID NOT NULL,
    source_uid TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source_bytes BIGINT NOT NULL,
    source_characters BIGINT,
    title TEXT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('uploaded', 'converting', 'ingested', 'conversion_failed', 'ingest_failed')),
    error TEXT,
    conv_uid TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, document_id),
    -- This way round, and the indexes below, so that no planner takes them for the way to a single
    -- document.
    UNIQUE (source_uid, owner_id),
    FOREIGN KEY (owner_id, project_id) REFERENCES project (owner_id, project_id),
    FOREIGN KEY (owner_id, conv_uid) REFERENCES conversion (owner_id, conv_uid)
);

-- For a project's documents, and for who else has the same blocks.
CREATE INDEX document_project ON document (project_id, owner_id, document_id);
CREATE INDEX document_conversion ON document (conv_uid, owner_id);

CREATE TABLE block (
    owner_id UUID NOT NULL,
    conv_uid TEXT NOT NULL,
    block_index BIGINT NOT NULL CHECK (block_index >= 0),
    block_type TEXT NOT NULL,
    locator TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (owner_id, conv_uid, block_index),
    FOREIGN KEY (owner_id, conv_uid) REFERENCES conversion (owner_id, conv_uid)
);

CREATE TABLE schema (
    owner_id UUID NOT NULL,
    schema_id UUID NOT NULL,
    schema_ref TEXT COLLATE "C" NOT NULL,
    schema_uid TEXT NOT NULL,
    artifact TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, schema_id),
    UNIQUE (owner_id, schema_ref),
    UNIQUE (owner_id, schema_uid)
);

CREATE TABLE run (
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    document_id UUID NOT NULL,
    conv_uid TEXT NOT NULL,
    schema_id UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'failed', 'cancelled')),
    attention TEXT,
    attention_at BIGINT,
    batching_mode TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    snapshot_hash TEXT NOT NULL,
    idempotency_key TEXT,
    request_hash TEXT NOT NULL,
    total BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    budget_micro_usd BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    PRIMARY KEY (owner_id, run_id),
    FOREIGN KEY (owner_id, document_id) REFERENCES document (owner_id, document_id),
    FOREIGN KEY (owner_id, conv_uid) REFERENCES conversion (owner_id, conv_uid),
    FOREIGN KEY (owner_id, schema_id) REFERENCES schema (owner_id, schema_id)
);

-- Partial, so that no planner looks up a run by its owner alone here.
CREATE UNIQUE INDEX run_idempotency_key ON run (owner_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- By id: workers go round over them.
CREATE INDEX run_running ON run (run_id) WHERE status = 'running';
-- For who wants to delete what a run needs. None begins with the owner, as above.
CREATE INDEX run_document ON run (document_id, owner_id);
CREATE INDEX run_schema ON run (schema_id, owner_id);
CREATE INDEX run_conversion ON run (conv_uid, owner_id);

-- A run's counts and costs are the sums over its rows here. Writers that share a run add to
-- different slots, so that none waits for another's commit.
-- Updated all the time and tiny: room for new versions beside the old ones.
CREATE TABLE run_tally (
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    slot BIGINT NOT NULL,
    completed BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    calls BIGINT NOT NULL DEFAULT 0,
    input_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    cache_write_tokens BIGINT NOT NULL DEFAULT 0,
    cache_read_tokens BIGINT NOT NULL DEFAULT 0,
    cost_micro_usd BIGINT NOT NULL DEFAULT 0,
    reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, run_id, slot),
    FOREIGN KEY (owner_id, run_id) REFERENCES run (owner_id, run_id)
) WITH (fillfactor = 25, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row per claim. Its number is the fence: it only ever grows. Its run is read and locked by the
-- very statement that inserts it, so no foreign key looks for it once more.
CREATE TABLE lease (
    lease_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    worker TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE overlay (
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    block_index BIGINT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('pending', 'claimed', 'ai_complete', 'confirmed', 'failed', 'skipped')),
    attempts BIGINT NOT NULL DEFAULT 0,
    deferrals BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL DEFAULT 0,
    lease_id BIGINT,
    error_kind TEXT,
    error_message TEXT,
    staging TEXT,
    confirmed TEXT,
    revision BIGINT NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL DEFAULT 0,
    call_id UUID,
    -- Whose answer it is, RUN/BLOCK, where it was taken over.
    reused_from TEXT,
    edited_by TEXT,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    PRIMARY KEY (owner_id, run_id, block_index),
    CHECK ((status = 'claimed') = (lease_id IS NOT NULL)),
    FOREIGN KEY (owner_id, run_id) REFERENCES run (owner_id, run_id)
) WITH (
    -- Every block leaves two dead rows behind on its way; the defaults would let a fifth of a
    -- large table die before they look.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_limit = 2000
);

-- Claims walk this one alone: the primary key would lead past every settled row. Nothing else has
-- `block_index + 0` in order, so no planner can mistake the one for the other.
CREATE INDEX overlay_pending ON overlay (owner_id, run_id, (block_index + 0))
    WHERE status = 'pending';
CREATE INDEX overlay_claimed ON overlay (lease_id) WHERE status = 'claimed';
CREATE INDEX overlay_reused ON overlay (owner_id, run_id) WHERE reused_from IS NOT NULL;

-- What people did, for ever. A machine's writes are in llm_call.
CREATE TABLE overlay_history (
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    block_index BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    value TEXT,
    reason TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, run_id, block_index, revision),
    FOREIGN KEY (owner_id, run_id) REFERENCES run (owner_id, run_id)
);

-- One row per dispatched model call, written before the bytes leave.
CREATE TABLE llm_call (
    owner_id UUID NOT NULL,
    call_id UUID NOT NULL,
    run_id UUID NOT NULL,
    lease_id BIGINT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    -- Tells keys apart, and nothing else of them.
    key_id TEXT NOT NULL,
    -- `answer`, or `check` where a packed answer is compared with one on its own.
    purpose TEXT NOT NULL,
    estimated_input_tokens BIGINT NOT NULL,
    estimated_output_tokens BIGINT NOT NULL,
    blocks BIGINT NOT NULL,
    depth BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    latency_ms BIGINT,
    outcome TEXT NOT NULL,
    issue TEXT,
    strays BIGINT NOT NULL DEFAULT 0,
    input_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    cache_write_tokens BIGINT NOT NULL DEFAULT 0,
    cache_read_tokens BIGINT NOT NULL DEFAULT 0,
    cost_micro_usd BIGINT NOT NULL DEFAULT 0,
    -- What the call may cost at most: held from the run's budget while nobody knows better.
    reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
    provider_request_id TEXT,
    PRIMARY KEY (owner_id, run_id, call_id),
    FOREIGN KEY (owner_id, run_id) REFERENCES run (owner_id, run_id)
);

CREATE INDEX llm_call_open ON llm_call (owner_id, run_id) WHERE outcome = 'started';
-- For what an owner spends in a day. It does not begin with the owner, so that no planner takes it
-- for the way to a single call.
CREATE INDEX llm_call_day ON llm_call ((started_at / 86400000), owner_id);

-- What the calls of deleted runs have cost: money that is spent stays spent.
CREATE TABLE spent_on_deleted (
    owner_id UUID NOT NULL,
    -- Days since 1970, by UTC.
    day BIGINT NOT NULL,
    cost_micro_usd BIGINT NOT NULL,
    PRIMARY KEY (owner_id, day)
);

-- Prompt prefixes in a provider's cache, and the call that writes one at this moment.
CREATE TABLE cached_prefix (
    owner_id UUID NOT NULL,
    prefix TEXT NOT NULL,
    lead_run UUID NOT NULL,
    lead_call UUID NOT NULL,
    warm_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, prefix)
) WITH (fillfactor = 50);

-- Answers by what was asked: the content, and everything that the model was told beside it.
CREATE TABLE memo (
    owner_id UUID NOT NULL,
    memo_key TEXT NOT NULL,
    run_id UUID NOT NULL,
    block_index BIGINT NOT NULL,
    PRIMARY KEY (owner_id, memo_key)
);

-- For what goes with a run.
CREATE INDEX memo_run ON memo (run_id, owner_id, memo_key);

-- Blocks that were asked once more on their own: how often each field came out the same.
CREATE TABLE field_check (
    owner_id UUID NOT NULL,
    run_id UUID NOT NULL,
    field TEXT NOT NULL,
    asked BIGINT NOT NULL,
    agreed BIGINT NOT NULL,
    PRIMARY KEY (owner_id, run_id, field),
    FOREIGN KEY (owner_id, run_id) REFERENCES run (owner_id, run_id)
);
