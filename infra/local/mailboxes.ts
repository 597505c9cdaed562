import type { Mail } from '../../engine/index.ts';

/** Passes on to slices under way what their host hears has come to their inboxes. */
export interface Mailboxes {
  /** Opened before an execution is read, so that nothing comes between. */
  open(executionId: string): { readonly mail: Mail; close(): void };
  deliver(executionId: string): void;
}

export const makeMailboxes = (): Mailboxes => {
  const open = new Map<string, Set<Mailbox>>();
  return {
    open: (executionId) => {
      const boxes = open.get(executionId) ?? new Set();
      const mail = new Mailbox();
      open.set(executionId, boxes.add(mail));
      const close = (): void => {
        boxes.delete(mail);
        if (boxes.size === 0 && open.get(executionId) === boxes) open.delete(executionId);
      };
      return { mail, close };
    },
    deliver: (executionId) => {
      for (const mailbox of open.get(executionId) ?? []) mailbox.deliver();
    },
  };
};

class Mailbox implements Mail {
  #hasCome = false;
  #ring: () => void = () => undefined;

  hasCome(): boolean {
    return this.#hasCome;
  }

  take(): void {
    this.#hasCome = false;
  }

  onCome(ring: () => void): void {
    this.#ring = ring;
  }

  deliver(): void {
    this.#hasCome = true;
    this.#ring();
  }
}
