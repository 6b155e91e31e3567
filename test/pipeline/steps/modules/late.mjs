await Promise.resolve();
export default () => (span) => ({ ...span, name: 'late' });
