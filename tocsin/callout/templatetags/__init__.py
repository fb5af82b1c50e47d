"""What templates of call-outs may use."""
