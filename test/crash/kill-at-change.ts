import { killAt } from '../helpers/kill-at.js';

// Imported before `ackmail serve`: once it gets SIGUSR2, it is killed in place of its CRASH_CHANGEth change of a file.

const killing = await killAt();
process.on('SIGUSR2', () => killing.arm(Number(process.env['CRASH_CHANGE'])));
