import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const rssDigest = defineTemplate({
  id: 'rss-digest',
  name: 'RSS digest by e-mail',
  description:
    'Every morning reads a blog’s RSS feed, leaves out the articles it has sent before, and mails the new ones as a list of links.',
  category: 'Content',
  tags: ['rss', 'news', 'digest', 'email', 'daily', 'feed'],
  nodes: {
    morning: { name: 'Every morning', type: 'trigger.schedule', parameters: { cron: '30 6 * * *' } },
    feed: {
      name: 'Read the feed',
      type: 'http.request',
      parameters: { url: 'https://blog.example.com/feed.xml', response: 'text', fullResponse: true },
      retry: { maxAttempts: 3 },
    },
    parse: {
      name: 'Read the XML',
      type: 'text.xml',
      parameters: { value: '{{ $json.body }}', alwaysLists: ['item'], removePrefixes: true },
    },
    articles: { name: 'Each article', type: 'data.splitOut', parameters: { field: 'data.rss.channel.item' } },
    fresh: {
      name: 'Only new ones',
      type: 'data.removeDuplicates',
      parameters: { compare: 'selected', fields: ['link'], memory: 'rss-seen', rememberDays: 365 },
    },
    list: {
      name: 'Write the list',
      type: 'data.transform',
      parameters: {
        over: 'all',
        result:
          '{{ { "count": $count($items), "html": $join($items.json.("<li><a href=\\"" & $escapeHtml(link) & "\\">" & $escapeHtml(title) & "</a></li>")) } }}',
      },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Digest <digest@example.com>',
        to: 'you@example.com',
        subject: '{{ $json.count }} new articles',
        html: '<ul>{{ $json.html }}</ul>',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'morning -> feed',
    'feed -> parse',
    'parse -> articles',
    'articles -> fresh',
    'fresh -> list',
    'list -> mail',
  ],
  credentials: { mail: { types: MAIL, purpose: 'Sends the digest.' } },
  values: {
    'feed.url': 'The address of the feed.',
    'mail.from': 'The address that it comes from.',
    'mail.to': 'Who gets it.',
  },
  sample: [{ plannedTime: '2026-03-02T06:30:00.000Z' }],
});
