mod deadline;
mod outage;
mod world;
