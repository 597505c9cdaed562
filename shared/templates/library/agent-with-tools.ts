import { defineTemplate } from '../define-template.ts';

export const agentWithTools = defineTemplate({
  id: 'agent-with-tools',
  name: 'AI agent with tools',
  description:
    'An agent that answers customers’ questions about their orders: it looks orders up by itself, remembers the conversation, and waits for a person to approve the execution before it refunds anything. Your chat calls it with the token of the webhook.',
  category: 'AI',
  tags: ['agent', 'ai', 'tools', 'chatbot', 'customer', 'orders', 'memory'],
  featured: true,
  nodes: {
    question: {
      name: 'A question arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'respondNode', authentication: { kind: 'token' } },
    },
    agent: {
      name: 'The agent',
      type: 'ai.agent',
      parameters: {
        model: '',
        instructions:
          'You help customers of a shop with their orders. Look orders up before you speak of them. Answer in the customer’s language.',
        prompt: '{{ $json.body.question }}',
        memory: { table: 'conversations', key: '{{ $json.body.customer }}' },
        maxIterations: 8,
        maxTotalTokens: 50_000,
        tools: [
          {
            kind: 'node',
            name: 'readOrder',
            description: 'Reads an order by its number: state, lines, total.',
            input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
            type: 'http.request',
            parameters: { url: 'https://api.example.com/orders/{{ $encodeUrlComponent($parameters.id) }}' },
          },
          {
            kind: 'node',
            name: 'refundOrder',
            description: 'Pays an order back. A person is asked first.',
            input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
            needsApproval: true,
            type: 'http.request',
            parameters: {
              method: 'POST',
              url: 'https://api.example.com/orders/{{ $encodeUrlComponent($parameters.id) }}/refund',
            },
          },
        ],
      },
    },
    answer: { name: 'Answer', type: 'flow.respond', parameters: { body: { answer: '{{ $json.answer }}' } } },
  },
  edges: ['question -> agent', 'agent -> answer'],
  values: {
    'agent.model': 'A model that is good with tools.',
    'agent.tools.0.parameters.url': 'Where an order is read.',
    'agent.tools.0.credentialId': 'A credential of the shop’s API, to read orders; none if it needs none.',
    'agent.tools.1.parameters.url': 'Where an order is paid back.',
    'agent.tools.1.credentialId': 'A credential of the shop’s API, to pay back; none if it needs none.',
  },
  sample: [{ body: { customer: 'c-7', question: 'Where is my order 7?' } }],
});
