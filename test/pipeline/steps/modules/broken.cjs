'use strict';
const FAULTS = {
  throws() {
    throw new Error('broken');
  },
  nothing() {},
  promise: async (span) => span,
  name: (span) => ({ ...span, name: 5 }),
  resource(span) {
    span.resource.attributes['service.name'] = 'other';
    return span;
  },
};
module.exports = () => (span) => {
  const { fault } = span.attributes;
  span.attributes.fault = 'changed';
  return FAULTS[fault](span);
};
