"""The meeting as a calendar file: to download, or as our own invitation where no provider sends one."""
