import { defineTemplate } from '../define-template.ts';

export const weatherAlert = defineTemplate({
  id: 'weather-alert',
  name: 'Rain alert to Telegram',
  description:
    'Every morning asks for the weather forecast at your place and sends a message to Telegram when it is likely to rain.',
  category: 'Personal',
  tags: ['weather', 'forecast', 'rain', 'telegram', 'daily', 'umbrella'],
  nodes: {
    morning: {
      name: 'Every morning',
      type: 'trigger.schedule',
      parameters: { cron: '0 7 * * *', timezone: 'Europe/Lisbon' },
    },
    ask: {
      name: 'Ask for the forecast',
      type: 'http.request',
      parameters: {
        url: 'https://api.open-meteo.com/v1/forecast',
        query: {
          latitude: 38.72,
          longitude: -9.14,
          daily: 'precipitation_probability_max',
          forecast_days: 1,
        },
      },
      retry: { maxAttempts: 3 },
    },
    rain: {
      name: 'Likely to rain?',
      type: 'flow.filter',
      parameters: { condition: '{{ $json.daily.precipitation_probability_max[0] >= 50 }}' },
    },
    send: {
      name: 'Send it',
      type: 'telegram.send',
      parameters: {
        chatId: '@your_channel',
        text: 'Take an umbrella: {{ $json.daily.precipitation_probability_max[0] }} % rain.',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['morning -> ask', 'ask -> rain', 'rain -> send'],
  credentials: { send: { types: ['telegram'], purpose: 'The bot that sends.' } },
  values: {
    'ask.query.latitude': 'Where you are.',
    'ask.query.longitude': 'Where you are.',
    'send.chatId': 'Your chat.',
  },
  sample: [{ plannedTime: '2026-03-02T07:00:00.000Z' }],
});
