import { describe, expect, it } from 'vitest';
import { answerWith } from '../peers/web.ts';
import { runTemplate } from '../template-world.ts';

describe('order intake', () => {
  it('keeps a large order, tells sales and answers that it is reviewed', async () => {
    const { slack, answered } = await runTemplate('order-intake');
    expect(slack).toEqual(['Order o-7 of Zoë: 1400. Please review.']);
    expect(answered).toEqual({ status: 202, body: { order: 'o-7', decision: 'review' } });
  });

  it('accepts a small one at once', async () => {
    const input = [{ body: { id: 'o-8', customer: 'Ada', lines: [{ price: 5, count: 2 }] } }];
    const { slack, answered } = await runTemplate('order-intake', { input });
    expect(slack).toEqual([]);
    expect(answered).toEqual({ status: 201, body: { order: 'o-8', decision: 'accepted' } });
  });
});

describe('lead routing', () => {
  const withEmployees = (employees: number) =>
    runTemplate('lead-routing', {
      http: { 'GET companies.example.com/v1/find': { name: 'Engines', employees } },
    });

  it('looks up the company by the domain', async () => {
    expect((await withEmployees(1)).calls[0]?.query).toBe('?domain=engines.example');
  });

  it('writes to leads of companies that nobody knows', async () => {
    const { mails, error } = await runTemplate('lead-routing', {
      http: {
        'GET companies.example.com/v1/find': () => answerWith('{}', 'application/json', 404),
      },
    });
    expect(error).toBeUndefined();
    expect(mails).toMatchObject([{ to: 'ada@engines.example' }]);
  });

  it.each([
    [5_000, 'Ada of Engines (5000 people) wants to talk.'],
    [60, 'New lead: ada@engines.example of Engines'],
  ])('tells the team for %i employees', async (employees, text) => {
    expect((await withEmployees(employees)).slack).toEqual([text]);
  });

  it('writes to a small one', async () => {
    expect((await withEmployees(3)).mails).toMatchObject([{ to: 'ada@engines.example' }]);
  });
});

describe('Stripe payments', () => {
  it('are kept and thanked for', async () => {
    const { mails, slack } = await runTemplate('stripe-payments');
    expect(mails).toMatchObject([{ to: 'ada@example.com', subject: 'Your payment of 12.5 EUR' }]);
    expect(slack).toEqual([]);
  });

  it('without an address are kept, and nobody is written to', async () => {
    const object = { id: 'pi_9', amount: 500, currency: 'eur' };
    const input = [{ body: { id: 'evt_3', type: 'payment_intent.succeeded', data: { object } } }];
    const { mails, error } = await runTemplate('stripe-payments', { input });
    expect([mails, error]).toEqual([[], undefined]);
  });

  it('that fail are told to finance', async () => {
    const object = { id: 'pi_8', amount: 500, currency: 'usd' };
    const input = [{ body: { id: 'evt_2', type: 'payment_intent.payment_failed', data: { object } } }];
    const { mails, slack } = await runTemplate('stripe-payments', { input });
    expect(mails).toEqual([]);
    expect(slack).toEqual(['payment_intent.payment_failed: 5 USD (pi_8)']);
  });
});

it('onboarding writes at once, after three days and after a week', async () => {
  const { mails, seconds } = await runTemplate('onboarding-mails');
  expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
    ['ada@example.com', 'Welcome, Ada!'],
    ['ada@example.com', 'Three tips for you'],
    ['ada@example.com', 'An offer for Ada'],
  ]);
  expect(seconds).toBe(7 * 86_400);
});

describe('an abandoned cart', () => {
  const withStatus = (status: string) =>
    runTemplate('abandoned-cart', {
      http: { 'GET shop.example.com/api/carts/k7': { status, lines: [{ name: 'Tea' }, { name: 'Cups' }] } },
    });

  it('is reminded of after four hours', async () => {
    const { mails, seconds } = await withStatus('open');
    expect(mails).toMatchObject([
      { to: 'ada@example.com', text: expect.stringMatching(/^Tea, Cups are still/) },
    ]);
    expect(seconds).toBe(4 * 3_600);
  });

  it('is let be when it was bought', async () => {
    expect((await withStatus('bought')).mails).toEqual([]);
  });
});

describe('overdue invoices', () => {
  const INVOICES =
    'CREATE TABLE invoices (number text, email text, total numeric(10, 2), due_date date, paid_at timestamp)';

  it('are reminded of', async () => {
    const { mails, slack } = await runTemplate('payment-reminders', {
      database: `${INVOICES};
      INSERT INTO invoices VALUES ('17', 'ada@example.com', 12.5, '2026-01-02', NULL),
        ('18', 'bob@example.com', 1, '2026-01-05', NULL), ('19', 'eve@example.com', 1, '2026-01-02', '2026-01-03')`,
    });
    expect(mails).toMatchObject([
      {
        to: 'ada@example.com',
        subject: 'Invoice 17',
        text: expect.stringContaining('12.50 € has been due for 3 days'),
      },
    ]);
    expect(slack).toEqual(['1 reminders were sent.']);
  });

  it('of somebody whose address is gone do not keep the others from theirs', async () => {
    const { mails, slack, error } = await runTemplate('payment-reminders', {
      database: `${INVOICES};
        INSERT INTO invoices VALUES ('17', 'gone@example.com', 1, '2026-01-02', NULL), ('18', 'ada@example.com', 1, '2026-01-02', NULL)`,
      unknownAddresses: ['gone@example.com'],
    });
    expect(error).toBeUndefined();
    expect(mails.map(({ to }) => to)).toEqual(['ada@example.com']);
    expect(slack).toEqual(['1 reminders were sent.']);
  });
});

describe('the price watch', () => {
  const shown = (...prices: readonly string[]) => {
    const left = [...prices];
    return runTemplate('price-watch', {
      before: [{ from: 'tick', items: [{}] }],
      http: {
        'GET shop.example.com/tea': () => answerWith(`<b class="price">€ ${left.shift()}</b>`, 'text/html'),
      },
    });
  };

  it('mails when the price falls, and only then', async () => {
    expect((await shown('12.50', '9.90')).mails).toMatchObject([
      { subject: 'Now 9.9', text: 'It was 12.5 before.' },
    ]);
    expect((await shown('9.90', '12.50')).mails).toEqual([]);
  });
});
