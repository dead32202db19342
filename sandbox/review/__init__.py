"""What a pull request changes, breaks and costs: two revisions of the program compared, without a credential."""
