import type { AiPort } from './ai/port.ts';
import type { NodeErrorData } from './errors.ts';
import type { ChildCall, ChildResult, ConsoleLine, JournalEvent } from './interpreter/event.ts';
import type { BinaryRef, Item, Json, JsonObject } from './item.ts';
import type { MailPort } from './mail-port.ts';

/** What the engine may ask of the outside. One object per process, made by its composition root. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpPort;
  readonly payloads: PayloadPort;
  readonly credentials: CredentialPort;
  readonly links: LinkPort;
  readonly children: ChildPort;
  readonly tables: TablePort;
  readonly sandbox: SandboxPort;
  readonly aws: AwsPort;
  readonly sql: SqlPort;
  readonly ai: AiPort;
  readonly mail: MailPort;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when aborted first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface Random {
  /** An unguessable id of at least 128 bits, URL-safe. */
  id(): string;
  /** A number in [0, 1). */
  number(): number;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | StreamedBody;
  /** How many redirects to follow; each hop passes the same checks. */
  readonly maxRedirects: number;
  /** Milliseconds for the whole exchange, redirects and body included. */
  readonly timeoutMilliseconds: number;
  readonly maxResponseBytes: number;
  /** The only hosts that may be called, on every hop: `host`, `host:port` or `*.domain`. Missing: any public one. */
  readonly allowedHosts?: readonly string[];
  /** Names, in lower case, of headers that hold secrets: a redirect to another origin goes without them. */
  readonly secretHeaders?: readonly string[];
  readonly signal: AbortSignal;
}

/** A body that is read as it is sent, and again for a redirect that repeats it. */
export interface StreamedBody {
  open(): Promise<AsyncIterable<Uint8Array>>;
  /** Bytes; null when not known beforehand. */
  readonly size: number | null;
}

interface HttpHead {
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL of the last hop. */
  readonly url: string;
}

export interface HttpResponse extends HttpHead {
  readonly body: Uint8Array;
}

/** The body can be read once, and has to be: the time limit ends what nobody reads. Reading throws what `request` throws. */
export interface HttpStreamedResponse extends HttpHead {
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one egress client. Throws NodeError: `http.refused`, `http.blockedAddress`, `http.hostNotAllowed`, `http.timeout`, `http.tooLarge`,
 * `http.network`, `http.tooManyRedirects`.
 */
export interface HttpPort {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** The same exchange, with a body that is handed on as it comes. */
  stream(request: HttpRequest): Promise<HttpStreamedResponse>;
}

/** A credential as a node may use it: decrypted, and no longer than its call lasts. */
export interface ResolvedCredential {
  readonly id: string;
  /** A type of `engine/credentials/registry.ts`. */
  readonly type: string;
  readonly data: CredentialData;
  /** Where it may be sent: see `HttpRequest.allowedHosts`. Never empty for a type that is sent to hosts. */
  readonly allowedHosts: readonly string[];
}

export type CredentialData = Readonly<Record<string, string | number | boolean>>;

/** The credentials of whom the workflow belongs to, and of nobody else. */
export interface CredentialPort {
  /** Throws NodeError `credential.notFound` and `credential.unusable`. */
  resolve(credentialId: string): Promise<ResolvedCredential>;
}

/** Bytes too large for the journal. Keys are made by the caller and start with the execution id. */
export interface PayloadPort {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Throws NodeError `payload.missing` when nothing is there. */
  get(key: string): Promise<Uint8Array>;
  /** Keeps what comes, all or nothing: when reading `chunks` throws, nothing stays and the error is thrown on. */
  write(key: string, chunks: AsyncIterable<Uint8Array>): Promise<WrittenPayload>;
  /** Throws NodeError `payload.missing` when nothing is there. */
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
}

export interface WrittenPayload {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** The files of one execution. Items hold references; the bytes only ever pass through, piece by piece. */
export interface FilePort {
  /** Throws NodeError `file.tooLarge`, and whatever reading `content` throws. */
  save(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    about: { readonly fileName?: string | undefined; readonly mediaType: string },
  ): Promise<BinaryRef>;
  /** Throws NodeError `file.notFound` for what is no file of this execution, `file.damaged` when its length is not what it was. */
  open(file: BinaryRef): Promise<AsyncIterable<Uint8Array>>;
}

/** Addresses by which the world answers a waiting node run. */
export interface LinkPort {
  /** `choice`: the answer that the link stands for; null where whoever follows it says what it is. */
  link(wait: {
    readonly executionId: string;
    readonly waitId: string;
    readonly choice: string | null;
  }): Promise<string>;
}

/** Executions that run on behalf of the one these ports were made for. */
export interface ChildPort {
  /**
   * Starts a child, or finds the one that the same call has started before. A short one may come to its end meanwhile.
   * Throws NodeError when there is nothing to run. Null when the host could not settle.
   */
  start(child: ChildStart, host: ChildHost): Promise<StartedChild | null>;
  /** The child that a call has started, whoever began it; null where there is none, or it has ended. */
  find(call: ChildName): Promise<string | null>;
  /** Null while it runs. */
  result(executionId: string): Promise<ChildResult | null>;
  /** Asks it to stop; one that has ended is left alone. */
  cancel(executionId: string): Promise<void>;
}

/** What names a child within its parent. */
export interface ChildName {
  readonly waitId: string;
  /** Which of the wait's children. */
  readonly index: number;
  /** From 1; each attempt is an execution of its own. */
  readonly attempt: number;
}

export interface ChildStart extends ChildName {
  readonly nodeId: string;
  readonly call: ChildCall;
  readonly items: readonly Item[];
  /** What a map's body knows of the execution it is part of; made when it is needed. */
  readonly base: () => Json;
}

/** The slice that starts a child, in which the child may run as well. */
export interface ChildHost {
  /** Aborted when a child that runs in the slice has to let go, and to go on by itself. */
  readonly signal: AbortSignal;
  /** True once a child that runs in the slice is to begin nothing more: somebody waits for the slice to end. */
  isHurried(): boolean;
  /**
   * Puts on disk that the child is wanted, and all that it follows from: before somebody else may run it, or it acts on the
   * outside. False when another interpreter has the parent now.
   */
  settle(): Promise<boolean>;
}

export interface StartedChild {
  readonly executionId: string;
  /** What came of it, if it has ended; null while it runs: the inbox tells of its end. */
  readonly result: ChildResult | null;
  /** Since when it ran in this slice, in milliseconds since 1970; null where it did not. */
  readonly since: number | null;
}

/** The services of AWS that nodes know by name, as IAM's actions begin. */
export type AwsService = 's3' | 'dynamodb' | 'sqs' | 'sns' | 'events' | 'lambda' | 'secretsmanager' | 'ses';

interface AwsAsked {
  /** The node's own; without it the deployment's role for nodes, if there is one. */
  readonly credential: ResolvedCredential | null;
  /** The credential's or the deployment's when left out. */
  readonly region: string | undefined;
}

export interface AwsCall extends AwsAsked {
  readonly service: AwsService;
  /** As the API reference writes it: `GetObject`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** What the operation gives, as the API reference writes it. A `Body` is read piece by piece. */
export type AwsAnswer = Readonly<Record<string, unknown>>;

/**
 * AWS, as whom the workflow belongs to and never as the function it runs in. Throws NodeError `aws.noIdentity`, `aws.region`,
 * `aws.accessDenied`, `aws.failed`.
 */
export interface AwsPort {
  send(call: AwsCall): Promise<AwsAnswer>;
  /** A link that lets whoever has it do the call. */
  presign(call: AwsCall, expiresInSeconds: number): Promise<string>;
  /**
   * A request with a signature for any service, to be sent by `http`. `service`: as signatures name it; `actions`: as IAM's
   * actions begin, where that is something else.
   */
  sign(
    asked: AwsAsked & { readonly service: string; readonly actions?: string; readonly request: HttpRequest },
  ): Promise<HttpRequest>;
}

/** Statements for one database, one after the other on one connection. */
export interface SqlCall {
  /** Of type `postgresql` or `mysql`. */
  readonly credential: ResolvedCredential;
  /** Parameters are bound, and never become part of the text. */
  readonly statements: readonly { readonly text: string; readonly parameters: readonly Json[] }[];
  /** All or nothing. */
  readonly transaction: boolean;
  /** The database refuses to change anything. */
  readonly readOnly: boolean;
  /** Of all statements together. */
  readonly maxRows: number;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

export interface SqlResult {
  /** Null for a statement that gives none, as INSERT. */
  readonly rows: readonly JsonObject[] | null;
  readonly affectedRows: number;
  /** What the database has counted on, where it says so. */
  readonly insertId?: number | string;
}

/** Throws NodeError `sql.failed`, `sql.timeout`, `sql.tooManyRows`, `sql.credential`, `http.blockedAddress`, `http.hostNotAllowed`. */
export interface SqlPort {
  run(call: SqlCall): Promise<readonly SqlResult[]>;
}

/** An entry of a table that workflows keep. Times are ISO-8601. */
export interface TableEntry {
  readonly key: string;
  readonly value: JsonObject;
  /** Counts changes, from 1. */
  readonly version: number;
  readonly updatedAt: string;
  readonly expiresAt: string | null;
}

/** The tables of whom the workflow belongs to. Names are `[A-Za-z0-9_-]`; a table is there as soon as it has an entry. */
export interface TablePort {
  get(table: string, key: string): Promise<TableEntry | null>;
  /**
   * Puts what `change` makes of the entry (null when there is none) unless somebody else has changed it meanwhile: then it is asked again.
   * Null leaves everything as it is. Throws NodeError `table.tooLarge`, `table.contended`.
   */
  change(table: string, key: string, change: TableChange): Promise<TableChanged>;
  /** Whether there was one. */
  delete(table: string, key: string): Promise<boolean>;
  /** Entries whose keys begin with `prefix`, by key; `after` begins behind a key. */
  query(table: string, asked: TableQuery): Promise<readonly TableEntry[]>;
}

export interface TableQuery {
  readonly prefix: string;
  readonly limit: number;
  readonly after?: string | undefined;
  readonly descending: boolean;
}

export interface TableChanged {
  readonly entry: TableEntry | null;
  readonly changed: boolean;
}

export interface TableChange {
  /** Whose change it is: the same again is not made again. */
  readonly by: string;
  /** Keeps that promise even when others have changed the entry in between; costs a second write. */
  readonly once: boolean;
  /** Seconds the entry lives from now on; as long as before when left out. */
  readonly ttlSeconds?: number | undefined;
  readonly change: (before: TableEntry | null) => JsonObject | null;
}

/** A user's JavaScript with all it may know: plain JSON, so that it can run anywhere. */
export interface SandboxProgram {
  /** The body of a function. */
  readonly source: string;
  /** `all`: called once for all items. `each`: once for every item. */
  readonly mode: 'all' | 'each';
  /** What the code sees, as JSON text. */
  readonly input: string;
  /** Milliseconds since 1970: the code's clock stands still. */
  readonly now: number;
  /** An integer; the same one gives the same random numbers. */
  readonly seed: number;
  readonly milliseconds: number;
  readonly memoryMebibytes: number;
  readonly outputBytes: number;
}

/** What became of it, with the lines it wrote to its console. `output` is JSON text made by the code: not to be trusted. */
export type SandboxReport = { readonly lines: readonly ConsoleLine[] } & (
  | {
      readonly output: string;
      /** Its memory was full at some time: what single items threw may be the lack of it. */
      readonly isMemoryFull?: true;
    }
  | { readonly error: NodeErrorData }
);

/** Where code runs that nobody trusts: nothing of the outside is within its reach, and its limits hold whatever it does. */
export interface SandboxPort {
  /** Rejects only when the sandbox itself fails, or with the signal's reason. */
  run(program: SandboxProgram, signal: AbortSignal): Promise<SandboxReport>;
}

/** Where one execution's journal is kept. Only the holder of the lease appends. */
export interface JournalPort {
  /**
   * Appends one segment behind the ones read before, all or nothing.
   * Answers false when another writer was first: the caller must stop.
   */
  append(events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean>;
  /** What came from outside since the last look, each answered once per call that has not consumed it. */
  readInbox(): Promise<readonly InboxItem[]>;
  /** Keeps a state for whoever reads the journal next, instead of the events behind it. May fail or be lost. */
  saveSnapshot?(snapshot: Snapshot): Promise<void>;
  /** Told what a parked one waits for that stays as it is: whoever shows that may not know, after a crash. */
  stayParked?(wait: WaitInfo): Promise<void>;
  /** Ends a wait that nobody answered. False when an answer was first: it is in the inbox. */
  expire(waitId: string): Promise<boolean>;
}

/** The fold of everything appended so far. One of another schema is ignored. */
export interface Snapshot {
  readonly schema: number;
  readonly state: Json;
}

/** What else changes with a segment. `final` closes the execution; `parked` says until when. */
export type SegmentEnd =
  | { readonly kind: 'open' }
  | { readonly kind: 'parked'; readonly wakeAt: number | null; readonly wait: WaitInfo | null }
  | { readonly kind: 'final' };

/** What a parked execution waits for; of several things the one that ends first. */
export interface WaitInfo {
  /** `slot`: it has not begun, as its workflow runs as many executions as it may. */
  readonly kind: 'retry' | 'timer' | 'callback' | 'approval' | 'child' | 'slot';
  readonly until: number | null;
  readonly nodeId?: string;
  /** Where the answer goes, for the owner's eyes. */
  readonly resumeUrl?: string;
}

/** An outside event, stored until the interpreter has turned it into a journal event. */
export interface InboxItem {
  /** `callback`: any answer to a wait, an approval too. `child`: the execution of that id has ended. */
  readonly kind: 'cancel' | 'callback' | 'child';
  readonly waitId: string;
  readonly at: number;
  readonly by?: string;
  readonly data?: Json;
  /** Nobody answered in time: put by the interpreter, so that a later answer finds its place taken. */
  readonly expired?: true;
}
