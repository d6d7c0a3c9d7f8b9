/** The version of the shape of `status`; it grows only when a field is removed or changes its meaning. */
export const STATUS_SCHEMA = 1;
