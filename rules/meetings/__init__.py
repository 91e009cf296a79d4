"""Meetings and chats: who gets in from outside, and what stays behind."""
