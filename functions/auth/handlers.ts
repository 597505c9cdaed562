import { login } from './login.ts';
import { logout } from './logout.ts';
import { refresh } from './refresh.ts';

export const authHandlers = [login, refresh, logout];
