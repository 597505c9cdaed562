import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const newsSummary = defineTemplate({
  id: 'news-summary',
  name: 'News summary with AI',
  description:
    'Every morning opens a page of headlines, lets a language model say in three sentences what matters, and posts that to Slack.',
  category: 'Content',
  tags: ['news', 'summary', 'ai', 'slack', 'daily', 'headlines'],
  nodes: {
    morning: { name: 'Every morning', type: 'trigger.schedule', parameters: { cron: '0 7 * * MON-FRI' } },
    page: {
      name: 'Open the page',
      type: 'http.request',
      parameters: { url: 'https://news.example.com/', response: 'text', fullResponse: true },
      retry: { maxAttempts: 3 },
    },
    headlines: {
      name: 'Find the headlines',
      type: 'text.html',
      parameters: {
        value: '{{ $json.body }}',
        extract: [{ name: 'titles', selector: 'h2', all: true }],
        destination: 'page',
      },
    },
    summary: {
      name: 'What matters?',
      type: 'ai.summarise',
      parameters: {
        text: '{{ $join($json.page.titles, "\\n") }}',
        instructions: 'Three sentences for a busy reader.',
      },
      retry: { maxAttempts: 3 },
    },
    tell: {
      name: 'Post it',
      type: 'slack.send',
      parameters: { channel: '#news', text: '{{ $json.summary }}' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['morning -> page', 'page -> headlines', 'headlines -> summary', 'summary -> tell'],
  credentials: { tell: { types: SLACK, purpose: 'Posts the summary.' } },
  values: {
    'page.url': 'The page of headlines.',
    'headlines.extract.0.selector': 'Where the headlines stand in it, as a CSS selector.',
    'summary.model': 'The model that sums up.',
    'tell.channel': 'The channel that gets it.',
  },
  sample: [{ plannedTime: '2026-03-02T07:00:00.000Z' }],
});
