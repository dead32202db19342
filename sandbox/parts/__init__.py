"""The programs behind the local stack: one small module each, all with the same face (`Part`)."""
