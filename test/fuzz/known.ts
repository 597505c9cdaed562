/** What answers held that later requests may name, by kind, the newest last. */
export type KnownTexts = ReadonlyMap<string, readonly string[]>;

const MOST_OF_A_KIND = 40;

/** By where it stands in a text. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  hookId: /\/hooks\/([\w-]{1,128})/g,
  token: /\/resume\/([\w.-]{20,1200})/g,
  result: /\/results\/([\w.-]{20,300})/g,
  state: /[?&]state=([\w.-]{8,256})/g,
  cursor: /"nextCursor":"([^"]+)"/g,
  refreshToken: /\b(swr_[\w-]{43})/g,
};
const ID = /\b(wf|exec|cred|var|usr|key|ses|hook|sch|aim|tpl|sug)_[0-9a-z]{26}\b/g;

/** Names under which requests ask for something of a kind. */
export const KIND_OF: Readonly<Record<string, string>> = {
  workflowId: 'wf',
  executionId: 'exec',
  executionIds: 'exec',
  credentialId: 'cred',
  variableId: 'var',
  userId: 'usr',
  ownerId: 'usr',
  successorId: 'usr',
  keyId: 'key',
  sessionId: 'ses',
  webhookId: 'hook',
  scheduleId: 'sch',
  modelId: 'aim',
  templateId: 'tpl',
  suggestionId: 'sug',
  hookId: 'hookId',
  token: 'token',
  cursor: 'cursor',
  state: 'state',
  refreshToken: 'refreshToken',
};

/** Remembers what is of use in texts; old things are mostly deleted, so that few of a kind are kept. */
export class Memory {
  readonly texts = new Map<string, string[]>();
  readonly #without: ReadonlySet<string>;

  /** `without`: what nobody is to name, as the rest would come to an end with it. */
  constructor(without: ReadonlySet<string>) {
    this.#without = without;
  }

  learn(text: string): void {
    for (const [id, kind = ''] of text.matchAll(ID)) this.#keep(kind, id);
    for (const [kind, pattern] of Object.entries(PATTERNS))
      for (const [, found = ''] of text.matchAll(pattern)) this.#keep(kind, found);
  }

  #keep(kind: string, text: string): void {
    const known = this.texts.get(kind) ?? [];
    if (known.includes(text) || this.#without.has(text)) return;
    this.texts.set(kind, [...known, text].slice(-MOST_OF_A_KIND));
  }
}
