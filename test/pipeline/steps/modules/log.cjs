module.exports = () => (record) => {
  record.body.text = 'y';
  record.attributes.a = 2;
  return { ...record, eventName: record.eventName.toUpperCase() };
};
