"""What controllers and nodes leave behind in a cloud when their cluster goes, which blocks the network's end."""
