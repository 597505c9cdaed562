import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const githubToSlack = defineTemplate({
  id: 'github-to-slack',
  name: 'GitHub issues to Slack',
  description:
    'Posts to a Slack channel when an issue or a pull request is opened on GitHub, with its author and a link.',
  category: 'Development',
  tags: ['github', 'slack', 'issues', 'pull requests', 'notification', 'webhook'],
  featured: true,
  nodes: {
    event: {
      name: 'GitHub calls',
      type: 'trigger.webhook',
      parameters: {
        method: 'POST',
        authentication: { kind: 'hmac', scheme: 'github' },
        onlyIf: '{{ $json.body.action = "opened" }}',
        deduplicateBy: 'x-github-delivery',
      },
    },
    fields: {
      name: 'Take what counts',
      type: 'data.transform',
      parameters: {
        result:
          '{{ ($what := $json.body.pull_request ? $json.body.pull_request : $json.body.issue; { "kind": $json.body.pull_request ? "a pull request" : "an issue", "title": $what.title ~> $replace("&", "&amp;") ~> $replace("<", "&lt;") ~> $replace(">", "&gt;"), "url": $what.html_url, "author": $what.user.login, "repository": $json.body.repository.full_name }) }}',
      },
    },
    tell: {
      name: 'Tell the channel',
      type: 'slack.send',
      parameters: {
        channel: '#development',
        text: '{{ $json.author }} opened {{ $json.kind }} in {{ $json.repository }}: <{{ $json.url }}|{{ $json.title }}>',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['event -> fields', 'fields -> tell'],
  credentials: { tell: { types: SLACK, purpose: 'Posts to the channel.' } },
  values: { 'tell.channel': 'The channel that hears of it.' },
  sample: [
    {
      body: {
        action: 'opened',
        issue: { title: 'It rains', html_url: 'https://github.com/a/b/issues/7', user: { login: 'ada' } },
        repository: { full_name: 'a/b' },
      },
    },
  ],
});
