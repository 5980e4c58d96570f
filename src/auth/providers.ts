import type { Provider } from '../core/account.js';
import { generic } from './providers/generic.js';
import { microsoft365 } from './providers/microsoft365.js';

/** The presets that `provider` in the settings of an account can name. */
export const providers: Readonly<Record<'microsoft365' | 'generic', Provider>> = { microsoft365, generic };
