import { expect, it, vi } from 'vitest';
import { makeMailboxes } from '../../infra/local/mailboxes.ts';

it('what is delivered is there until it is taken, and rings', () => {
  const mailboxes = makeMailboxes();
  const { mail } = mailboxes.open('exec_1');
  const ring = vi.fn();
  mail.onCome(ring);
  expect(mail.hasCome()).toBe(false);

  mailboxes.deliver('exec_2');
  expect([mail.hasCome(), ring.mock.calls.length]).toEqual([false, 0]);
  mailboxes.deliver('exec_1');
  expect([mail.hasCome(), ring.mock.calls.length]).toEqual([true, 1]);
  mail.take();
  expect(mail.hasCome()).toBe(false);
});

it('every slice of an execution gets it, as long as it is under way', () => {
  const mailboxes = makeMailboxes();
  const first = mailboxes.open('exec_1');
  const second = mailboxes.open('exec_1');
  first.close();
  mailboxes.deliver('exec_1');
  expect([first.mail.hasCome(), second.mail.hasCome()]).toEqual([false, true]);

  second.close();
  const third = mailboxes.open('exec_1');
  first.close();
  mailboxes.deliver('exec_1');
  expect(third.mail.hasCome()).toBe(true);
});
