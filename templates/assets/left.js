// A page on the way: what this browser still keeps is sent from here too.
import { openQueue } from './rows.js';

await openQueue({ keepsTaken: true });
