module.exports =
  ({ drop }) =>
  (span) => {
    if (span.name === drop) return null;
    span.attributes.user = 'changed';
    span.events[0].attributes.user = 'changed';
    span.startTime[0] = 0;
    span.status.message = 'changed';
    return { ...span, name: 'renamed', attributes: { user: span.attributes.user } };
  };
