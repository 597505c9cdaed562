import { API, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const speechTranscription = defineTemplate({
  id: 'speech-transcription',
  name: 'Transcribe and summarise a recording',
  description:
    'Downloads a voice recording, writes down what is said, sums it up in a few sentences, and mails both.',
  category: 'AI',
  tags: ['speech', 'audio', 'transcription', 'summary', 'ai', 'voicemail', 'email'],
  nodes: {
    recording: { name: 'A recording is ready', type: 'trigger.webhook', parameters: { method: 'POST' } },
    download: {
      name: 'Download it',
      type: 'http.request',
      parameters: { url: '{{ $json.body.url }}', response: 'file', fileField: 'file' },
      retry: { maxAttempts: 3 },
    },
    write: {
      name: 'Write it down',
      type: 'ai.audio',
      parameters: { operation: 'transcribe' },
      retry: { maxAttempts: 3 },
    },
    summary: {
      name: 'Sum it up',
      type: 'ai.summarise',
      parameters: { text: '{{ $json.text }}' },
      retry: { maxAttempts: 3 },
    },
    mail: {
      name: 'Mail both',
      type: 'email.send',
      parameters: {
        from: 'Calls <calls@example.com>',
        to: 'you@example.com',
        subject: 'A call by {{ $trigger.json.body.caller }}',
        text: '{{ $json.summary }}\n\n{{ $json.text }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['recording -> download', 'download -> write', 'write -> summary', 'summary -> mail'],
  credentials: {
    download: { types: API, purpose: 'Downloads the recording, if it is not public.' },
    mail: { types: MAIL, purpose: 'Sends the e-mail.' },
  },
  values: {
    'write.model': 'The model that listens.',
    'summary.model': 'The model that sums up.',
    'mail.from': 'The address that e-mails come from.',
    'mail.to': 'Who gets it.',
  },
  sample: [{ body: { url: 'https://calls.example.com/7.mp3', caller: 'Ada' } }],
});
