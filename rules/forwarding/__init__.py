"""How mail leaves the clinic: forwards, rules, lists, delegates and foreign senders."""
