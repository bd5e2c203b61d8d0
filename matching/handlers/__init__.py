"""What follows from news: candidates (`suggesting`) and messages to the two sides (`telling`)."""
