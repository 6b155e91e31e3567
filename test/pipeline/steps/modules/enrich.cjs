module.exports = (span) => ({ seen: span.name, user: 'module', wrong: { a: 1 } });
