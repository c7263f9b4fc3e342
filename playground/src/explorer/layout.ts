/** The width below which explorer.css stacks everything, for a phone. */
export const NARROW = "(width < 48rem)";
