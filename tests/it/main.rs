mod press;
