import { listSessions } from './list-sessions.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { refresh } from './refresh.ts';
import { removeSession } from './remove-session.ts';

export const authHandlers = [login, refresh, logout, listSessions, removeSession];
