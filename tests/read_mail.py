#!/usr/bin/python3
"""Reads a message as another program would: read_mail.py FILE prints its headers, one a line, and its text."""
import email
import email.policy
import sys

with open(sys.argv[1], 'rb') as f:
    message = email.message_from_bytes(f.read(), policy=email.policy.default)
for defect in message.defects:
    print('DEFECT', defect)
for name, value in message.items():
    print(f'{name}: {value}')
print()
print(message.get_content(), end='')
